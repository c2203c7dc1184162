using System.Diagnostics;
using System.Text.Json.Nodes;
using KdCluster.Tests.Support;

namespace KdCluster.Tests.EndToEnd;

/// <summary><c>KD_LIBTORCH</c>: a libtorch in a folder of its own, with and without another one beside the program.</summary>
public sealed class LibtorchTests : IDisposable
{
    private static readonly string[] s_files = ["libc10.so", "libtorch_cpu.so", "libtorch.so"];
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_libtorch_that_is_named_is_taken_where_the_program_has_none_and_is_the_only_one_where_it_has()
    {
        string other = CopyOfLibtorch();
        string bare = await ProgramWithoutLibtorchAsync();

        await using KdProcess doctor = KdProcess.StartIn(bare, _folder.File("home"), [("KD_LIBTORCH", other), ("KD_TORCH_THREADS", "2")], "doctor");
        Assert.True(await doctor.EndAsync() == 0, doctor.Written);
        Assert.Matches($@"ok +libtorch file +{other}/libtorch_cpu\.so\n", doctor.Output + "\n");
        Assert.Matches(@"ok +libtorch +TorchSharp [0-9.]+, libtorch 2\.10\.[0-9]+, 2 thread\(s\)", doctor.Output);
        Assert.Matches(@"ok +blas +\w+ .*CPU capability \w+, \d+ GFLOP/s in a matrix product on 2 thread\(s\)", doctor.Output);

        await using KdProcess none = KdProcess.StartIn(bare, _folder.File("home"), [], "doctor");
        Assert.Equal(1, await none.EndAsync());
        Assert.Contains("KD1210", none.Output, StringComparison.Ordinal);

        // One of the system, which the loader finds by name; this one is something else.
        string system = Directory.CreateDirectory(_folder.File("system")).FullName;
        File.Copy(Path.Combine(other, "libc10.so"), Path.Combine(system, "libtorch_cpu.so"));
        await using KdProcess old = KdProcess.StartIn(bare, _folder.File("home"), [("LD_LIBRARY_PATH", system)], "doctor");
        Assert.Equal(1, await old.EndAsync());
        Assert.Contains("KD1211", old.Output, StringComparison.Ordinal);
        Assert.Contains($"{system}/libtorch_cpu.so", old.Output, StringComparison.Ordinal);

        TinyTask.Write(_folder.Path);
        string recipe = _folder.File("recipe.json");
        await File.WriteAllTextAsync(recipe, TinyTask.Recipe(_folder.Path));
        await using KdProcess silo = KdProcess.Start(_folder.File("home"), [("KD_LIBTORCH", other)], "silo", "--url", "http://127.0.0.1:0");
        await silo.LineAsync("Silo at ");
        Assert.DoesNotContain("fail:", silo.Written, StringComparison.Ordinal);
        await KdProcess.RunAsync(_folder.File("home"), "run", "start", recipe);
        string[] loaded = [.. File.ReadLines($"/proc/{silo.Id}/maps").Select(l => l[(l.LastIndexOf(' ') + 1)..]).Where(f => s_files.Contains(Path.GetFileName(f))).Distinct().Order()];
        Assert.Equal([.. s_files.Select(f => Path.Combine(other, f)).Order()], loaded);
    }

    [Theory]
    [InlineData("/nowhere")]
    [InlineData("")]
    public async Task A_folder_without_libtorch_is_refused_in_one_message(string folder)
    {
        string named = folder.Length > 0 ? folder : Directory.CreateDirectory(_folder.File("empty")).FullName;
        await using KdProcess silo = KdProcess.Start(_folder.File("home"), [("KD_LIBTORCH", named)], "silo", "--url", "http://127.0.0.1:0");
        Assert.Equal(2, await silo.EndAsync());
        Assert.Contains("KD1210", silo.Written, StringComparison.Ordinal);
        Assert.Contains($"KD_LIBTORCH={named}", silo.Written, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", silo.Written, StringComparison.Ordinal);
    }

    // Bytes of its own: a link to the file beside the program would be that file to the loader.
    private string CopyOfLibtorch()
    {
        string other = Directory.CreateDirectory(_folder.File("libtorch")).FullName;
        foreach (string file in Directory.GetFiles(AppContext.BaseDirectory, "*.so*").Where(f => s_files.Contains(Path.GetFileName(f)) || Path.GetFileName(f).StartsWith("libgomp", StringComparison.Ordinal)))
            File.Copy(file, Path.Combine(other, Path.GetFileName(file)));
        return other;
    }

    /// <summary>The program as it is built with <c>-p:KdTorchNative=none</c>.</summary>
    private async Task<string> ProgramWithoutLibtorchAsync()
    {
        string program = _folder.File("program");
        using (Process copy = Process.Start("sh", ["-c", "cp -al \"$0\" \"$1\" 2>/dev/null || { rm -rf \"$1\"; cp -a \"$0\" \"$1\"; }", AppContext.BaseDirectory, program]))
            await copy.WaitForExitAsync();
        string deps = Path.Combine(program, "kd.deps.json");
        JsonNode manifest = JsonNode.Parse(await File.ReadAllTextAsync(deps))!;
        string[] natives = [];
        foreach (JsonObject target in manifest["targets"]!.AsObject().Select(t => t.Value!.AsObject()))
        {
            foreach (string package in target.Select(p => p.Key).Where(k => k.StartsWith("libtorch", StringComparison.Ordinal)).ToArray())
            {
                natives = [.. natives, .. target[package]!["native"]!.AsObject().Select(f => Path.GetFileName(f.Key))];
                target.Remove(package);
                manifest["libraries"]!.AsObject().Remove(package);
            }
        }

        Assert.Contains("libtorch_cpu.so", natives);
        File.Delete(deps);
        await File.WriteAllTextAsync(deps, manifest.ToJsonString());
        foreach (string native in natives)
            File.Delete(Path.Combine(program, native));
        return program;
    }
}
