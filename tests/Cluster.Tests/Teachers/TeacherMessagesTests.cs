using KdCluster.Cluster.Teachers;
using KdCluster.Teachers;

namespace KdCluster.Tests.Teachers;

/// <summary>Numbers on the wire that only a later version knows.</summary>
public sealed class TeacherMessagesTests
{
    [Fact]
    public void A_precision_that_is_not_known_is_not_deployed_and_can_be_shown()
    {
        Assert.Equal([Precision.F32, Precision.F32, Precision.Bf16, Precision.Auto], Enum.GetValues<V1.Precision>().Select(TeacherMessages.ToAsked));
        foreach (int number in (int[])[4, 99, -1, int.MinValue])
        {
            KdException refused = Assert.Throws<KdException>(() => TeacherMessages.ToAsked((V1.Precision)number));
            Assert.Equal(("KD1326", "precision"), (refused.Code, refused.Errors[0].Where));
        }

        Assert.Equal("precision number 3", PrecisionNames.Of(new V1.Teacher { Precision = (V1.Precision)4 }.ToDescription().Precision));
    }
}
