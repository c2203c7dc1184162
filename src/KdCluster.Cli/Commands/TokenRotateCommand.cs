using KdCluster.Cli.CommandLine;
using KdCluster.Cluster.Security;

namespace KdCluster.Cli.Commands;

/// <summary><c>kd token rotate</c>.</summary>
internal static class TokenRotateCommand
{
    private static readonly Option Grace = new("grace", "SECONDS", "How long the old token stays valid. Default: 0");

    public static readonly Command Definition = new()
    {
        Path = "token rotate",
        Summary = "Replace a token by a new one with the same name, role and limits, and print it once.",
        Options = [TokenArguments.Name, Grace, TokenArguments.File],
        Example = "kd token rotate --name alice --grace 3600 --tokens /etc/kdcluster/tokens.json",
        Run = (invocation, _) => Task.FromResult(Run(invocation)),
    };

    private static int Run(Invocation invocation)
    {
        string path = TokenArguments.PathOf(invocation);
        IReadOnlyList<TokenEntry> entries = TokenFile.Read(path);
        TokenEntry former = TokenArguments.Find(entries, invocation.Needed(TokenArguments.Name), path);
        (string token, TokenHash hash) = TokenText.Create(former.Id);
        DateTimeOffset now = invocation.Context.Time.GetUtcNow();
        int grace = invocation.Number(Grace, 0) ?? 0;
        TokenEntry next = former with { Hash = hash, Created = now, Before = grace > 0 ? new RetiringHash(former.Hash, now.AddSeconds(grace)) : null };
        TokenFile.Write(path, [.. entries.Select(e => e == former ? next : e)]);
        TokenArguments.Show(invocation, token);
        return ExitCode.Ok;
    }
}
