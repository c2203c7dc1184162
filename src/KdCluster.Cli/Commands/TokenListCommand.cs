using System.Globalization;
using KdCluster.Cli.CommandLine;
using KdCluster.Cli.Output;
using KdCluster.Cluster.Security;

namespace KdCluster.Cli.Commands;

/// <summary><c>kd token list</c>.</summary>
internal static class TokenListCommand
{
    public static readonly Command Definition = new()
    {
        Path = "token list",
        Summary = "List the tokens: owners, roles and limits.",
        Options = [TokenArguments.File],
        Example = "kd token list --tokens /etc/kdcluster/tokens.json",
        Run = (invocation, _) => Task.FromResult(Run(invocation)),
    };

    private static int Run(Invocation invocation)
    {
        var table = new Table("name", "role", ">runs", ">rows/s", ">bytes", "created", "former token");
        DateTimeOffset now = invocation.Context.Time.GetUtcNow();
        foreach (TokenEntry entry in TokenFile.Read(TokenArguments.PathOf(invocation)))
        {
            string former = entry.Before is { } before && before.Until > now ? $"valid until {before.Until:yyyy-MM-dd HH:mm:ss}Z" : "";
            table.Add(
                entry.Id, entry.Role.ToString().ToLowerInvariant(), Limit(entry.Limits.Runs), Limit(entry.Limits.RowsPerSecond), Limit(entry.Limits.MessageBytes),
                entry.Created.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), former);
        }

        table.WriteTo(invocation.Terminal);
        return ExitCode.Ok;
    }

    private static string Limit(double? limit) => limit?.ToString(CultureInfo.InvariantCulture) ?? "-";
}
