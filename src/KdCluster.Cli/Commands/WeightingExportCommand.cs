using KdCluster.Cli.CommandLine;
using KdCluster.Cli.Silos;
using KdCluster.V1;

namespace KdCluster.Cli.Commands;

/// <summary><c>kd weighting export</c>.</summary>
internal static class WeightingExportCommand
{
    public static readonly Command Definition = new()
    {
        Path = "weighting export",
        Summary = "Write what a student's policy has learned to a file, for another run to begin with.",
        Arguments = [WeightingArguments.Run, new Argument("FILE", "The safetensors file to write")],
        Options = [WeightingArguments.Variant, WeightingArguments.Seed, .. CommonOptions.Connection],
        Remarks = "A recipe names the file, or the run, in weighting.from.",
        Example = "kd weighting export sst2-20260301-101500 policy.safetensors",
        Run = (invocation, stop) => SiloConnection.UseAsync(invocation, stop, async silo =>
        {
            string file = invocation.Context.At(invocation.Required(1));
            ExportedWeighting exported = await WeightingArguments.Of(invocation, silo.Client).ExportAsync(stop).ConfigureAwait(false);
            AtomicFile.Write(file, exported.File.ToByteArray());
            invocation.Terminal.Note($"Policy {exported.Fingerprint[..12]} is in {file}.");
            return ExitCode.Ok;
        }),
    };
}
