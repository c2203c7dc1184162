using Google.Protobuf.Reflection;
using KdCluster.V1;
using KdCluster.Wire.Inference;

namespace KdCluster.Tests.Health;

/// <summary>What is compiled against <c>protos/approved.txt</c>: lines may be added, none may be lost (docs/compatibility.md).</summary>
public class ApprovedProtosTests
{
    // The files of every service that is ours or that we implement, and what they import.
    private static readonly FileDescriptor[] s_files =
        [.. WithImports([TeacherReflection.Descriptor, RunReflection.Descriptor, ClusterReflection.Descriptor, WeightingReflection.Descriptor, OpenInferenceReflection.Descriptor]).Distinct()];

    [Fact]
    public void ApprovedProtos_lose_nothing() => ApprovedList.LosesNothing("protos/approved.txt", s_files.SelectMany(Lines));

    [Fact]
    public void No_number_or_name_of_ours_is_taken_twice_or_taken_again()
    {
        foreach (MessageDescriptor message in s_files.SelectMany(Messages))
        {
            DescriptorProto proto = message.ToProto();
            foreach (FieldDescriptor field in message.Fields.InDeclarationOrder())
            {
                Assert.DoesNotContain(proto.ReservedRange, r => r.Start <= field.FieldNumber && field.FieldNumber < r.End);
                Assert.DoesNotContain(field.Name, proto.ReservedName);
            }
        }
    }

    private static IEnumerable<string> Lines(FileDescriptor file)
    {
        foreach (MethodDescriptor method in file.Services.SelectMany(s => s.Methods))
        {
            yield return $"rpc {method.FullName}({(method.IsClientStreaming ? "stream " : "")}{method.InputType.FullName}) returns ({(method.IsServerStreaming ? "stream " : "")}{method.OutputType.FullName})";
        }

        foreach (MessageDescriptor message in Messages(file))
        {
            yield return $"message {message.FullName}";
            foreach (FieldDescriptor field in message.Fields.InDeclarationOrder())
            {
                string type = field.FieldType switch
                {
                    FieldType.Message => field.MessageType.FullName,
                    FieldType.Enum => field.EnumType.FullName,
                    _ => field.FieldType.ToString().ToLowerInvariant(),
                };
                string within = field.RealContainingOneof is { } choice ? $" of {choice.Name}" : "";
                yield return $"field {field.FullName} = {field.FieldNumber} {(field.IsRepeated ? "repeated " : "")}{type}{within}";
            }
        }

        foreach (EnumDescriptor type in file.EnumTypes.Concat(Messages(file).SelectMany(m => m.EnumTypes)))
        {
            foreach (EnumValueDescriptor value in type.Values)
            {
                yield return $"enum {type.FullName}.{value.Name} = {value.Number}";
            }
        }
    }

    private static IEnumerable<FileDescriptor> WithImports(IEnumerable<FileDescriptor> files) => files.SelectMany(f => WithImports(f.Dependencies).Prepend(f));

    private static IEnumerable<MessageDescriptor> Messages(FileDescriptor file) => file.MessageTypes.SelectMany(WithNested);

    private static IEnumerable<MessageDescriptor> WithNested(MessageDescriptor message) => message.NestedTypes.SelectMany(WithNested).Prepend(message);
}
