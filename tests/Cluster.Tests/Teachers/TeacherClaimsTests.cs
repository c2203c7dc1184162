using Google.Protobuf;
using KdCluster.Cluster.Teachers;
using KdCluster.Tests.Fuzz;
using KdCluster.V1;

namespace KdCluster.Tests.Teachers;

/// <summary>What another process says of its teacher, and asks of ours.</summary>
public class TeacherClaimsTests
{
    /// <summary>Attention over long texts is large; nobody has to ask for it.</summary>
    [Theory]
    [InlineData("attention.1", 512, true)]
    [InlineData("attention.1", 16_384, false)]
    [InlineData("hidden\n1", 8, false)]
    [InlineData("", 8, false)]
    public void A_large_output_is_no_reason_to_refuse_a_teacher_and_a_name_that_is_none_is_one(string name, int maxLength, bool good)
    {
        Teacher teacher = HostileTeacher.Honest();
        teacher.MaxLength = maxLength;
        teacher.NamedOutputs.AddRange(teacher.Outputs.Select(o => new Output
        {
            Name = o.Kind.ToString().ToLowerInvariant(),
            Shape = { o.Width },
            TeacherFingerprint = o.TeacherFingerprint,
            Element = o.Element,
            LabelSpace = o.LabelSpace,
        }));
        teacher.NamedOutputs.Add(new Output { Name = name, Shape = { 8, -1, -1 }, TeacherFingerprint = new string('3', 64), Element = ElementType.Float16, LabelSpace = teacher.LabelSpace });
        if (good)
        {
            TeacherClaims.Check(teacher, teacher.Name, "there");
        }
        else
        {
            Assert.Equal("KD1313", Assert.Throws<KdException>(() => TeacherClaims.Check(teacher, teacher.Name, "there")).Code);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(9)]
    [InlineData(258)]   // whose last byte is a type that there is
    public void A_tensor_of_a_type_that_there_is_not_is_refused(int type)
    {
        SoftTargetRequest request = new() { Teacher = "images", Tensors = { new InputTensor { Name = "pixels", Type = (TensorType)type, Rank = 1, Shapes = { 4 }, Data = ByteString.CopyFrom(new byte[16]) } } };
        Assert.Equal("KD1310", Assert.Throws<KdException>(() => request.ToRequest()).Code);
    }
}
