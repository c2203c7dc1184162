using System.Buffers.Binary;
using System.Reflection;
using System.Reflection.Emit;

namespace KdCluster.Tests.Torch;

/// <summary>A call in a compiled method.</summary>
/// <param name="Caller">The method that calls.</param>
/// <param name="Called">What it calls.</param>
/// <param name="Kept">Whether a local variable takes the result.</param>
internal sealed record MethodCall(MethodBase Caller, MethodBase Called, bool Kept);

/// <summary>Reads the calls of compiled methods (ECMA-335, partition III).</summary>
internal static class MethodCalls
{
    private const BindingFlags Own = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private static readonly Dictionary<int, OpCode> Codes = typeof(OpCodes).GetFields(BindingFlags.Public | BindingFlags.Static).Select(f => (OpCode)f.GetValue(null)!).ToDictionary(c => (int)(ushort)c.Value);

    public static IEnumerable<MethodCall> All(IEnumerable<Type> types) => types.SelectMany(t => t.GetMethods(Own).Concat<MethodBase>(t.GetConstructors(Own))).SelectMany(Of);

    private static IEnumerable<MethodCall> Of(MethodBase caller)
    {
        byte[] body = caller.GetMethodBody()?.GetILAsByteArray() ?? [];
        MethodBase? called = null;
        for (int at = 0; at < body.Length;)
        {
            OpCode code = Codes[body[at] == 0xfe ? 0xfe00 | body[at + 1] : body[at]];
            at += code.Size;
            if (called is not null)
                yield return new MethodCall(caller, called, code.Name!.StartsWith("stloc", StringComparison.Ordinal));
            called = code.OperandType == OperandType.InlineMethod ? caller.Module.ResolveMethod(Operand(), Generic(caller.DeclaringType!), caller.IsGenericMethod ? caller.GetGenericArguments() : null) : null;
            at += code.OperandType switch
            {
                OperandType.InlineNone => 0,
                OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
                OperandType.InlineVar => 2,
                OperandType.InlineI8 or OperandType.InlineR => 8,
                OperandType.InlineSwitch => 4 + (4 * Operand()),
                _ => 4,
            };

            int Operand() => BinaryPrimitives.ReadInt32LittleEndian(body.AsSpan(at));
        }
    }

    private static Type[]? Generic(Type type) => type.IsGenericType ? type.GetGenericArguments() : null;
}
