using System.Collections.Concurrent;
using System.Reflection;
using System.Reflection.Emit;
using System.Runtime.CompilerServices;
using Orleans.Hosting;
using Orleans.Runtime;

namespace Orleans.Calls;

/// <summary>
/// Emits, once for each grain interface, a subclass of <see cref="GrainReference"/> whose methods pack their arguments
/// and hand them to one of its Send methods.
/// </summary>
internal static class ProxyFactory
{
    private const string MethodsField = "Methods";

    private static readonly ConcurrentDictionary<Type, Func<Silo, GrainId, GrainReference>> _makers = new();

    public static GrainReference Make(Type interfaceType, Silo silo, GrainId id) =>
        _makers.GetOrAdd(interfaceType, static type => MakerOf(Emit(type)))(silo, id);

    private static Func<Silo, GrainId, GrainReference> MakerOf(Type proxy)
    {
        var constructor = proxy.GetConstructors()[0];
        var maker = new DynamicMethod("Make", typeof(GrainReference), [typeof(Silo), typeof(GrainId)], typeof(ProxyFactory).Module, skipVisibility: true);
        var il = maker.GetILGenerator();
        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Ldarg_1);
        il.Emit(OpCodes.Newobj, constructor);
        il.Emit(OpCodes.Ret);
        return maker.CreateDelegate<Func<Silo, GrainId, GrainReference>>();
    }

    private static Type Emit(Type interfaceType)
    {
        if (!interfaceType.IsInterface || !typeof(IAddressable).IsAssignableFrom(interfaceType))
            throw new ArgumentException($"'{interfaceType}' is not a grain interface.", nameof(interfaceType));
        var methods = interfaceType.GetInterfaces().Prepend(interfaceType)
            .SelectMany(type => type.GetMethods(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic))
            .Where(method => method.IsAbstract).ToArray();
        var assembly = AssemblyBuilder.DefineDynamicAssembly(new AssemblyName($"Proxy of {interfaceType.Name}"), AssemblyBuilderAccess.Run);
        AllowInternals(assembly, interfaceType, methods);
        var type = assembly.DefineDynamicModule("Proxy").DefineType($"{interfaceType.Name}Proxy", TypeAttributes.Public | TypeAttributes.Sealed, typeof(GrainReference), [interfaceType]);
        var field = type.DefineField(MethodsField, typeof(GrainMethod[]), FieldAttributes.Public | FieldAttributes.Static);
        EmitConstructor(type);
        for (var i = 0; i < methods.Length; i++)
            EmitMethod(type, field, i, methods[i]);
        var proxy = type.CreateType();
        proxy.GetField(MethodsField)!.SetValue(null, Array.ConvertAll(methods, GrainMethod.Make));
        return proxy;
    }

    private static void EmitConstructor(TypeBuilder type)
    {
        Type[] parameters = [typeof(Silo), typeof(GrainId)];
        var il = type.DefineConstructor(MethodAttributes.Public, CallingConventions.HasThis, parameters).GetILGenerator();
        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Ldarg_1);
        il.Emit(OpCodes.Ldarg_2);
        il.Emit(OpCodes.Call, typeof(GrainReference).GetConstructor(BindingFlags.Instance | BindingFlags.NonPublic, parameters)!);
        il.Emit(OpCodes.Ret);
    }

    private static void EmitMethod(TypeBuilder type, FieldBuilder methods, int index, MethodInfo method)
    {
        var parameters = Array.ConvertAll(method.GetParameters(), parameter => parameter.ParameterType);
        var builder = type.DefineMethod(
            $"{method.DeclaringType!.Name}.{method.Name}", MethodAttributes.Private | MethodAttributes.Virtual | MethodAttributes.Final | MethodAttributes.NewSlot,
            method.ReturnType, parameters);
        var il = builder.GetILGenerator();
        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Ldsfld, methods);
        il.Emit(OpCodes.Ldc_I4, index);
        il.Emit(OpCodes.Ldelem_Ref);
        il.Emit(OpCodes.Ldc_I4, parameters.Length);
        il.Emit(OpCodes.Newarr, typeof(object));
        for (var i = 0; i < parameters.Length; i++)
        {
            il.Emit(OpCodes.Dup);
            il.Emit(OpCodes.Ldc_I4, i);
            il.Emit(OpCodes.Ldarg, i + 1);
            if (parameters[i].IsValueType)
                il.Emit(OpCodes.Box, parameters[i]);
            il.Emit(OpCodes.Stelem_Ref);
        }
        il.Emit(OpCodes.Call, SenderOf(method));
        il.Emit(OpCodes.Ret);
        type.DefineMethodOverride(builder, method);
    }

    private static MethodInfo SenderOf(MethodInfo method)
    {
        var (kind, result) = GrainMethod.KindOf(method);
        var name = kind switch
        {
            ReturnKind.Task when result == typeof(Nothing) => nameof(GrainReference.SendTask),
            ReturnKind.Task => nameof(GrainReference.SendTaskOf),
            ReturnKind.ValueTask when result == typeof(Nothing) => nameof(GrainReference.SendValueTask),
            ReturnKind.ValueTask => nameof(GrainReference.SendValueTaskOf),
            _ => nameof(GrainReference.SendStream),
        };
        var sender = typeof(GrainReference).GetMethod(name, BindingFlags.Instance | BindingFlags.NonPublic)!;
        return sender.IsGenericMethodDefinition ? sender.MakeGenericMethod(result) : sender;
    }

    /// <summary>Grain interfaces, and types in them, may be internal to their assemblies, as may be what the proxy calls here.</summary>
    private static void AllowInternals(AssemblyBuilder assembly, Type interfaceType, MethodInfo[] methods)
    {
        var types = methods.SelectMany(method => method.GetParameters().Select(parameter => parameter.ParameterType).Append(method.ReturnType).Append(method.DeclaringType!));
        var names = types.Append(interfaceType).Append(typeof(ProxyFactory)).SelectMany(WithArguments).Select(type => type.Assembly.GetName().Name!).Distinct();
        var constructor = typeof(IgnoresAccessChecksToAttribute).GetConstructor([typeof(string)])!;
        foreach (var name in names)
            assembly.SetCustomAttribute(new CustomAttributeBuilder(constructor, [name]));
    }

    private static IEnumerable<Type> WithArguments(Type type) =>
        type.HasElementType ? WithArguments(type.GetElementType()!) : type.GetGenericArguments().SelectMany(WithArguments).Prepend(type);
}
