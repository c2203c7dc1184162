using System.Diagnostics;
using System.IO.Compression;
using System.Reflection;

namespace KdCluster.Tests.Torch;

/// <summary>The step that lets TorchSharp's native library load on an older C++ runtime (eng/TorchNative.targets): what it writes is a copy of its own.</summary>
public sealed class RelaxTests : IDisposable
{
    private const string Library = "libLibTorchSharp.so";
    private static readonly string s_package = typeof(RelaxTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "TorchSharp").Value!;
    private readonly string _folder = Directory.CreateTempSubdirectory("kd-relax-").FullName;

    private static string InPackage => Path.Combine(s_package, "runtimes", "linux-x64", "native", Library);

    private string Given => Path.Combine(_folder, "package", Library);

    private string Relaxed => Path.Combine(_folder, "artifacts", "native", "1.2.3", Library);

    private string Built => Path.Combine(_folder, "out", Library);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void The_builds_that_made_these_tests_left_the_package_as_it_came()
    {
        using ZipArchive package = ZipFile.OpenRead(Directory.GetFiles(s_package, "*.nupkg").Single());
        using MemoryStream came = new();
        using (Stream entry = package.GetEntry($"runtimes/linux-x64/native/{Library}")!.Open())
        {
            entry.CopyTo(came);
        }

        Assert.True(came.ToArray().AsSpan().SequenceEqual(File.ReadAllBytes(InPackage)));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_copy_alone_is_changed_and_a_second_build_writes_nothing(bool links)
    {
        byte[] came = await File.ReadAllBytesAsync(InPackage);
        Directory.CreateDirectory(Path.GetDirectoryName(Given)!);
        await File.WriteAllBytesAsync(Given, came);
        // As an earlier build left it, on a machine that needs no copy.
        Directory.CreateDirectory(Path.GetDirectoryName(Built)!);
        await RunAsync("ln", Given, Built);
        string before = await StateAsync(Given);

        string first = await BuildAsync(links);
        string copy = await StateAsync(Relaxed), output = await StateAsync(Built);
        string second = await BuildAsync(links);

        Assert.Contains("takes a copy without that requirement", first, StringComparison.Ordinal);
        Assert.DoesNotContain("takes a copy", second, StringComparison.Ordinal);
        Assert.Equal(copy, await StateAsync(Relaxed));
        Assert.Equal(output, await StateAsync(Built));
        Assert.Equal(before, await StateAsync(Given));
        byte[] after = await File.ReadAllBytesAsync(Given);
        Assert.True(came.SequenceEqual(after));
        Assert.NotEqual(await StateAsync(Given, "%i"), await StateAsync(Built, "%i"));
        byte[] built = await File.ReadAllBytesAsync(Built);
        int[] changed = [.. Enumerable.Range(0, came.Length).Where(i => came[i] != built[i])];
        int only = Assert.Single(changed);
        Assert.Equal(2, built[only] ^ came[only]);
    }

    private async Task<string> BuildAsync(bool links)
    {
        string project = Path.Combine(_folder, "tiny.proj");
        await File.WriteAllTextAsync(project, $"""
            <Project DefaultTargets="Build">
              <PropertyGroup>
                <RuntimeIdentifier>linux-x64</RuntimeIdentifier>
                <KdRelaxTorchSharp>always</KdRelaxTorchSharp>
                <ArtifactsPath>{_folder}/artifacts</ArtifactsPath>
              </PropertyGroup>
              <Import Project="{RepositoryFiles.Root}/eng/TorchNative.targets" />
              <Target Name="ResolvePackageAssets">
                <ItemGroup>
                  <NativeCopyLocalItems Include="{Given}" NuGetPackageVersion="1.2.3" />
                </ItemGroup>
              </Target>
              <Target Name="Build" DependsOnTargets="ResolvePackageAssets">
                <Copy SourceFiles="@(NativeCopyLocalItems)" DestinationFolder="{_folder}/out" UseHardlinksIfPossible="{links}" SkipUnchangedFiles="true" />
              </Target>
            </Project>
            """);
        return await RunAsync("dotnet", "msbuild", project, "-nologo", "-v:n", "-nodeReuse:false");
    }

    /// <summary>The file's number, and when it was written.</summary>
    private static Task<string> StateAsync(string file, string format = "%i %y") => RunAsync("stat", "-c", format, file);

    private static async Task<string> RunAsync(string program, params string[] args)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, args) { RedirectStandardOutput = true })!;
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, output);
        return output;
    }
}
