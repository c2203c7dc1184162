using System.Globalization;
using KdCluster.Cli.CommandLine;
using KdCluster.Client;

namespace KdCluster.Cli.Commands;

/// <summary>What the commands on one student's weighting share.</summary>
internal static class WeightingArguments
{
    public static readonly Argument Run = new("RUN", "The run's id: kd run list shows them");
    public static readonly Option Variant = new("variant", "KIND", "The student's weighting. Default: the recipe's own");
    public static readonly Option Seed = new("seed", "N", "The student's seed. Default: the first");

    /// <summary>The weighting that the command line names.</summary>
    public static WeightingHandle Of(Invocation invocation, KdClient client) => client.Run(invocation.Required(0)).Weighting(invocation.Value(Variant), SeedOf(invocation));

    /// <exception cref="KdException"><c>KD1704</c>: it is no whole number.</exception>
    public static long? SeedOf(Invocation invocation) => invocation.Value(Seed) is not { } text ? null
        : long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long seed) ? seed
        : throw new KdException("KD1704", $"'{text}' is not a whole number.", Seed.Name);
}
