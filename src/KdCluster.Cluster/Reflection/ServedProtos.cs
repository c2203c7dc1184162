using Google.Protobuf;
using Google.Protobuf.Reflection;
using KdCluster.V1;
using KdCluster.Wire.Health.V1;
using KdCluster.Wire.Inference;

namespace KdCluster.Cluster.Reflection;

/// <summary>Every service of a silo, and the files that describe them.</summary>
internal static class ServedProtos
{
    /// <summary>To add a service: map it in <c>MapKdCluster</c>, and name its file here.</summary>
    private static readonly FileDescriptor[] s_roots =
    [
        TeacherReflection.Descriptor,
        RunReflection.Descriptor,
        ClusterReflection.Descriptor,
        OpenInferenceReflection.Descriptor,
        HealthReflection.Descriptor,
        Wire.Reflection.V1.ReflectionReflection.Descriptor,
        Wire.Reflection.V1Alpha.ReflectionReflection.Descriptor,
    ];

    private static readonly Dictionary<string, FileDescriptor> s_files = Closure(s_roots).ToDictionary(f => f.Name, StringComparer.Ordinal);

    private static readonly Dictionary<string, FileDescriptor> s_symbols =
        s_files.Values.SelectMany(f => Symbols(f).Select(s => (Name: s, File: f))).ToDictionary(s => s.Name, s => s.File, StringComparer.Ordinal);

    /// <summary>The services, in the order of their files.</summary>
    public static IReadOnlyList<ServiceDescriptor> Services { get; } = [.. s_roots.SelectMany(f => f.Services)];

    /// <summary>The files.</summary>
    public static IReadOnlyCollection<FileDescriptor> Files => s_files.Values;

    /// <summary>A file and all that it imports, serialized, it first; null when there is none of this name.</summary>
    public static IReadOnlyList<ByteString>? FileNamed(string name) => s_files.TryGetValue(name, out FileDescriptor? file) ? Serialized(file) : null;

    /// <summary>The file that declares a service, method, message, field or enum, and all that it imports; null when none does.</summary>
    public static IReadOnlyList<ByteString>? FileOf(string symbol) => s_symbols.TryGetValue(symbol, out FileDescriptor? file) ? Serialized(file) : null;

    /// <summary>Whether a message of this name is known.</summary>
    public static bool HasMessage(string name) => s_symbols.TryGetValue(name, out FileDescriptor? file) && Messages(file).Any(m => m.FullName == name);

    private static List<ByteString> Serialized(FileDescriptor file) => [.. Closure([file]).Select(f => f.SerializedData)];

    private static IEnumerable<FileDescriptor> Closure(IEnumerable<FileDescriptor> files) => files.SelectMany(f => Closure(f.Dependencies).Prepend(f)).Distinct();

    private static IEnumerable<string> Symbols(FileDescriptor file)
    {
        foreach (ServiceDescriptor service in file.Services)
        {
            yield return service.FullName;
            foreach (MethodDescriptor method in service.Methods)
            {
                yield return method.FullName;
            }
        }

        foreach (MessageDescriptor message in Messages(file))
        {
            yield return message.FullName;
            foreach (FieldDescriptor field in message.Fields.InDeclarationOrder())
            {
                yield return field.FullName;
            }

            foreach (EnumDescriptor nested in message.EnumTypes)
            {
                yield return nested.FullName;
            }
        }

        foreach (EnumDescriptor type in file.EnumTypes)
        {
            yield return type.FullName;
        }
    }

    /// <summary>All messages of a file, nested ones included.</summary>
    public static IEnumerable<MessageDescriptor> Messages(FileDescriptor file) => file.MessageTypes.SelectMany(WithNested);

    private static IEnumerable<MessageDescriptor> WithNested(MessageDescriptor message) => message.NestedTypes.SelectMany(WithNested).Prepend(message);
}
