using KdCluster.Cluster.Silos.Placement;
using KdCluster.Cluster.Teachers;
using KdCluster.Learning.Onnx;
using KdCluster.Silos;
using KdCluster.Tests.Support;

namespace KdCluster.Tests.Teachers;

/// <summary>Where a model may go, and which have nowhere to go.</summary>
public class SiloRoomTests
{
    private static readonly SiloState s_cpu = Silo("cpu", "cpu"), s_gpu = Silo("gpu", "cuda:1");

    [Fact]
    public void A_pool_of_one_kind_of_device_stays_on_it()
    {
        Assert.True(SiloRoom.Fits(s_gpu, 0, "cuda"));
        Assert.False(SiloRoom.Fits(s_cpu, 0, "cuda"));
        Assert.True(SiloRoom.Fits(s_cpu, 0, "cpu"));
        Assert.True(SiloRoom.Fits(s_gpu, 0, "cpu"));
        Assert.True(SiloRoom.Fits(s_cpu, 0, ""));
    }

    [Fact]
    public void A_silo_that_is_full_or_being_emptied_takes_nothing()
    {
        SiloState full = s_cpu with { Memory = 100, MemoryUsed = 60 };
        Assert.True(SiloRoom.Fits(full, 40, ""));
        Assert.False(SiloRoom.Fits(full, 41, ""));
        Assert.True(SiloRoom.Fits(full, 0, ""));
        Assert.False(SiloRoom.Fits(s_cpu with { Draining = true }, 0, ""));
    }

    [Fact]
    public void Teachers_are_stranded_when_no_other_silo_holds_or_can_take_them()
    {
        (string, long, string)[] held = [("here", 50, "cpu"), ("there", 500, "cpu"), ("graphic", 50, "cuda:0")];
        SiloState other = Silo("other", "cpu") with { Memory = 100, Teachers = ["there"] };

        Assert.Equal(["graphic"], StrandedTeachers.Of(s_gpu, held, [s_gpu, other]));
        Assert.Equal(["here", "graphic"], StrandedTeachers.Of(s_gpu, held, [s_gpu, other with { MemoryUsed = 90 }]));
        Assert.Equal(["here", "there", "graphic"], StrandedTeachers.Of(s_gpu, held, [s_gpu, other with { Draining = true }]));
        Assert.Equal(["here", "there", "graphic"], StrandedTeachers.Of(s_gpu, held, [s_gpu, Silo("trainer", "cuda") with { Roles = ["trainer"] }]));
    }

    private static SiloState Silo(string name, string device) => new() { Address = name, Endpoint = $"http://{name}", Roles = ["teacher"], Devices = [device] };

    [Fact]
    public void A_model_is_as_large_as_its_weights_in_safetensors_or_in_onnx()
    {
        using TemporaryFolder folder = new();
        Assert.Equal(0, ModelBytes.Of(folder.File("none")));
        Write("config.json", 9);
        Assert.Equal(0, ModelBytes.Of(folder.Path));
        // Files of weights have any name, which the model says; others do not count.
        OnnxGraph graph = new("made");
        graph.Output("logits", graph.Node("Add", [graph.Weight("own", [1f, 2], 2), graph.Elsewhere("factors", "weights.bin", 250)]), 250);
        using (FileStream stream = File.Create(folder.File("model.onnx")))
        {
            graph.Write(stream, []);
        }

        long own = new FileInfo(folder.File("model.onnx")).Length;
        Write("model.onnx.bak", 77);
        Assert.Equal(0, ModelBytes.Of(folder.Path));
        Write("weights.bin", 1000);
        Assert.Equal(own + 1000, ModelBytes.Of(folder.Path));
        byte[] whole = File.ReadAllBytes(folder.File("model.onnx"));
        Assert.All(Enumerable.Range(1, whole.Length - 1), i =>
        {
            File.WriteAllBytes(folder.File("model.onnx"), whole[..i]);
            Assert.InRange(ModelBytes.Of(folder.Path), 0, own + 1000);
        });
        Write("model.safetensors", 50);
        Assert.Equal(50, ModelBytes.Of(folder.Path));

        void Write(string name, int bytes) => File.WriteAllBytes(folder.File(name), new byte[bytes]);
    }
}
