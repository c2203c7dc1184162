using System.Reflection;
using System.Reflection.Emit;
using System.Runtime.CompilerServices;

namespace Orleans.Serialization;

/// <summary>Types with [GenerateSerializer]: a new instance, and each [Id] member of every level of the hierarchy.</summary>
internal static class MemberCopier
{
    private const BindingFlags Declared = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    private static readonly MethodInfo _copy = typeof(CopySession).GetMethod(nameof(CopySession.Copy))!;
    private static readonly MethodInfo _record = typeof(CopySession).GetMethod(nameof(CopySession.Record))!;
    private static readonly MethodInfo _typeOf = typeof(Type).GetMethod(nameof(Type.GetTypeFromHandle))!;
    private static readonly MethodInfo _uninitialized = typeof(RuntimeHelpers).GetMethod(nameof(RuntimeHelpers.GetUninitializedObject))!;

    public static Copier? TryMake(Type type)
    {
        if (!type.IsDefined(typeof(GenerateSerializerAttribute), inherit: false) || type.IsAbstract)
            return null;
        var method = new DynamicMethod($"Copy {type}", typeof(object), [typeof(object), typeof(CopySession)], typeof(MemberCopier).Module, skipVisibility: true);
        var il = method.GetILGenerator();
        var copy = il.DeclareLocal(type);
        MakeInstance(il, type, copy);
        foreach (var field in Members(type))
        {
            il.Emit(type.IsValueType ? OpCodes.Ldloca : OpCodes.Ldloc, copy);
            if (IsShallow(field))
                LoadField(il, type, field);
            else
            {
                il.Emit(OpCodes.Ldarg_1);
                LoadField(il, type, field);
                if (field.FieldType.IsValueType)
                    il.Emit(OpCodes.Box, field.FieldType);
                il.Emit(OpCodes.Call, _copy);
                il.Emit(OpCodes.Unbox_Any, field.FieldType);
            }
            il.Emit(OpCodes.Stfld, field);
        }
        il.Emit(OpCodes.Ldloc, copy);
        if (type.IsValueType)
            il.Emit(OpCodes.Box, type);
        il.Emit(OpCodes.Ret);
        return method.CreateDelegate<Copier>();
    }

    /// <summary>Whether copying a struct of this type by assignment is the same as copying its members.</summary>
    public static bool CoversWholeStruct(Type type)
    {
        if (!type.IsValueType || !type.IsDefined(typeof(GenerateSerializerAttribute), inherit: false))
            return false;
        var members = Members(type).ToHashSet();
        return type.GetFields(Declared).All(field => members.Contains(field) && IsShallow(field));
    }

    private static void MakeInstance(ILGenerator il, Type type, LocalBuilder copy)
    {
        if (type.IsValueType)
        {
            il.Emit(OpCodes.Ldloca, copy);
            il.Emit(OpCodes.Initobj, type);
            return;
        }
        if (type.GetConstructor(Declared, Type.EmptyTypes) is { } constructor)
            il.Emit(OpCodes.Newobj, constructor);
        else
        {
            il.Emit(OpCodes.Ldtoken, type);
            il.Emit(OpCodes.Call, _typeOf);
            il.Emit(OpCodes.Call, _uninitialized);
            il.Emit(OpCodes.Castclass, type);
        }
        il.Emit(OpCodes.Stloc, copy);
        il.Emit(OpCodes.Ldarg_1);
        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Ldloc, copy);
        il.Emit(OpCodes.Call, _record);
    }

    private static void LoadField(ILGenerator il, Type type, FieldInfo field)
    {
        il.Emit(OpCodes.Ldarg_0);
        il.Emit(type.IsValueType ? OpCodes.Unbox : OpCodes.Castclass, type);
        il.Emit(OpCodes.Ldfld, field);
    }

    private static bool IsShallow(FieldInfo field) =>
        field.IsDefined(typeof(ImmutableAttribute)) || PropertyOf(field)?.IsDefined(typeof(ImmutableAttribute)) == true || Copiers.IsShallow(field.FieldType);

    private static IEnumerable<FieldInfo> Members(Type type)
    {
        for (var level = type; level is not null && level.IsDefined(typeof(GenerateSerializerAttribute), inherit: false); level = level.BaseType)
        {
            var parameters = PrimaryConstructorParameters(level);
            foreach (var field in level.GetFields(Declared))
            {
                var property = PropertyOf(field);
                if (field.IsDefined(typeof(IdAttribute)) || property?.IsDefined(typeof(IdAttribute)) == true || (property is not null && parameters.Contains(property.Name)))
                    yield return field;
            }
        }
    }

    private static HashSet<string> PrimaryConstructorParameters(Type type)
    {
        var isRecord = type.GetMethod("PrintMembers", Declared) is not null;
        if (!isRecord || type.GetMethod("Deconstruct", Declared) is not { } deconstruct)
            return [];
        return [.. deconstruct.GetParameters().Select(parameter => parameter.Name!)];
    }

    private static PropertyInfo? PropertyOf(FieldInfo backing) =>
        backing.Name.StartsWith('<') && backing.Name.EndsWith(">k__BackingField", StringComparison.Ordinal)
            ? backing.DeclaringType!.GetProperty(backing.Name[1..^16], Declared)
            : null;
}
