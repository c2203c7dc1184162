using KdCluster.Cli.CommandLine;
using KdCluster.Cluster.Security;

namespace KdCluster.Cli.Commands;

/// <summary><c>kd token revoke</c>.</summary>
internal static class TokenRevokeCommand
{
    public static readonly Command Definition = new()
    {
        Path = "token revoke",
        Summary = "Revoke a token: silos refuse it within a second, and end its streams.",
        Options = [TokenArguments.Name, TokenArguments.File],
        Example = "kd token revoke --name alice --tokens /etc/kdcluster/tokens.json",
        Run = (invocation, _) => Task.FromResult(Run(invocation)),
    };

    private static int Run(Invocation invocation)
    {
        string path = TokenArguments.PathOf(invocation);
        IReadOnlyList<TokenEntry> entries = TokenFile.Read(path);
        TokenEntry revoked = TokenArguments.Find(entries, invocation.Needed(TokenArguments.Name), path);
        TokenFile.Write(path, [.. entries.Where(e => e != revoked)]);
        invocation.Terminal.Note($"{revoked.Id} has no token any more.");
        return ExitCode.Ok;
    }
}
