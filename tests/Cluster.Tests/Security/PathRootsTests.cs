using Grpc.Core;
using KdCluster.Client;
using KdCluster.Cluster.Security;
using KdCluster.Tests.Support;

namespace KdCluster.Tests.Security;

public class PathRootsTests
{
    [Fact]
    public void Only_what_lies_below_a_root_is_given_out()
    {
        using TemporaryFolder folder = new();
        string root = Directory.CreateDirectory(folder.File("root")).FullName, outside = Directory.CreateDirectory(folder.File("root-not")).FullName;
        File.WriteAllText(Path.Combine(root, "in.tsv"), "");
        File.WriteAllText(Path.Combine(outside, "out.tsv"), "");
        File.WriteAllText(Path.Combine(root, "tokens.json"), "");
        File.CreateSymbolicLink(Path.Combine(root, "link.tsv"), Path.Combine(outside, "out.tsv"));
        File.CreateSymbolicLink(Path.Combine(root, "relative.tsv"), "../root-not/out.tsv");
        Directory.CreateSymbolicLink(Path.Combine(root, "folder"), outside);
        Directory.CreateSymbolicLink(Path.Combine(root, "self"), Path.Combine(root, "self"));
        File.CreateSymbolicLink(Path.Combine(root, "within.tsv"), "in.tsv");
        Directory.CreateDirectory(Path.Combine(root, "model"));
        File.CreateSymbolicLink(Path.Combine(root, "model", "weights"), Path.Combine(outside, "out.tsv"));
        PathRoots roots = new([root], Path.Combine(root, "tokens.json"));

        Assert.Equal(Path.Combine(root, "in.tsv"), roots.Check(Path.Combine(root, "in.tsv"), "x"));
        roots.Check(Path.Combine(root, "within.tsv"), "x");
        roots.Check(Path.Combine(root, "not", "there.tsv"), "x");
        roots.Check(Directory.CreateDirectory(Path.Combine(root, "plain")).FullName, "x");
        foreach (string bad in new[]
        {
            Path.Combine(outside, "out.tsv"), Path.Combine(root, "..", "root", "in.tsv"), Path.Combine(root, "link.tsv"), Path.Combine(root, "relative.tsv"),
            Path.Combine(root, "folder", "out.tsv"), Path.Combine(root, "folder", "new.tsv"), Path.Combine(root, "self"), Path.Combine(root, "tokens.json"),
            Path.Combine(root, "model"), root, "in.tsv", "/", "/etc/passwd", "/proc/self/environ", root + "\0", root + "-not/out.tsv",
        })
        {
            KdException refused = Assert.Throws<KdException>(() => roots.Check(bad, "data.train"));
            Assert.Equal(("KD1807", "data.train"), (refused.Code, refused.Errors[0].Where));
            Assert.Contains("data-roots", refused.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_root_may_itself_be_reached_by_a_link()
    {
        using TemporaryFolder folder = new();
        string real = Directory.CreateDirectory(folder.File("real")).FullName;
        Directory.CreateSymbolicLink(folder.File("root"), real);

        new PathRoots([folder.File("root")]).Check(Path.Combine(folder.File("root"), "a.tsv"), "x");
        new PathRoots([folder.File("root")]).Check(Path.Combine(real, "a.tsv"), "x");
    }

    [Fact]
    public async Task Recipes_and_deployments_name_nothing_outside()
    {
        using TemporaryFolder folder = new();
        Tokens tokens = new(folder.Path);
        string elsewhere = Directory.CreateDirectory(folder.File("elsewhere")).FullName;
        TinyTask.Write(elsewhere);
        await using TinySilo silo = await TinySilo.StartAsync(folder, o => o with { Security = new() { Tokens = tokens.File } });
        await using KdClient op = tokens.Client(silo.Silo.Address, tokens["op"]);
        string recipe = TinyTask.Recipe(elsewhere);

        KdException start = await Assert.ThrowsAsync<KdException>(() => op.StartAsync(recipe));
        Assert.Equal(["data.train", "data.validation", "data.test"], start.Errors.Select(e => e.Where));
        Assert.All(start.Errors, e => Assert.Equal("KD1807", e.Code));
        RpcException deploy = await Assert.ThrowsAsync<RpcException>(async () => await op.Teachers.DeployAsync(new() { Name = "t", Checkpoint = elsewhere }));
        Assert.Equal((StatusCode.PermissionDenied, "KD1807"), (deploy.StatusCode, deploy.ToKd("silo").Code));
        using AsyncServerStreamingCall<V1.WarmProgress> warm = op.Runs.Warm(new() { Recipe = recipe });
        Assert.Equal(StatusCode.PermissionDenied, (await Assert.ThrowsAsync<RpcException>(() => warm.ResponseStream.MoveNext())).StatusCode);
    }
}
