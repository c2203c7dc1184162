using KdCluster.Cluster.Teachers;
using KdCluster.Instances;
using KdCluster.SoftTargets;
using KdCluster.V1;

namespace KdCluster.Tests.Teachers;

public class TensorMessagesTests
{
    private static readonly InstanceView s_single = new([2, 7, 3]), s_pair = new([2, 7, 3, 9, 9, 3], [0, 0, 0, 1, 1, 1]);

    [Fact]
    public void Texts_and_pairs_with_token_types_arrive_as_they_were()
    {
        foreach (InstanceView[] views in (InstanceView[][])[[s_single, s_single], [s_pair], [s_single, s_pair, s_single], [s_pair, s_pair]])
        {
            InstanceView[] read = TensorMessages.Read(Sent(views));
            Assert.Equal(views.Select(Fingerprints.Instance), read.Select(Fingerprints.Instance));
            Assert.Equal(views.Select(v => v.Ids), read.Select(v => v.Ids));
            Assert.Equal(views.Select(v => v.Types), read.Select(v => v.Types));
            Assert.Equal(views.Length, TensorMessages.Count(Sent(views)));
        }

        // Texts alone are sent as they always were.
        SoftTargetRequest plain = Sent([s_single]);
        Assert.Equal([2, 7, 3], plain.Ids);
        Assert.Equal([3], plain.Lengths);
        Assert.Empty(plain.Tensors);
    }

    [Fact]
    public void Types_that_do_not_fit_the_ids_are_refused()
    {
        SoftTargetRequest below = Sent([s_pair]);
        below.Tensors[1].Data = Google.Protobuf.ByteString.CopyFrom(below.Tensors[1].Data.Select((b, i) => i == 3 ? (byte)255 : b).ToArray());
        SoftTargetRequest fewer = Sent([s_pair]);
        (fewer.Tensors[1].Data, fewer.Tensors[1].Shapes[0]) = (Google.Protobuf.ByteString.CopyFrom(fewer.Tensors[1].Data.Span[..20]), 5);
        Assert.All([below, fewer], bad => Assert.Equal("KD1310", Assert.Throws<KdException>(() => TensorMessages.Read(bad)).Code));
    }

    private static SoftTargetRequest Sent(InstanceView[] views)
    {
        SoftTargetRequest message = new() { Teacher = "t" };
        TensorMessages.Add(message, views);
        return SoftTargetRequest.Parser.ParseFrom(Google.Protobuf.MessageExtensions.ToByteArray(message));
    }
}
