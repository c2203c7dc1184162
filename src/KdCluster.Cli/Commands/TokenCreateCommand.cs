using KdCluster.Cli.CommandLine;
using KdCluster.Cluster.Security;
using KdCluster.Cluster.Services;

namespace KdCluster.Cli.Commands;

/// <summary><c>kd token create</c>.</summary>
internal static class TokenCreateCommand
{
    public static readonly Command Definition = new()
    {
        Path = "token create",
        Summary = "Create an API token and print it once.",
        Options = [TokenArguments.Role, TokenArguments.Name, TokenArguments.Runs, TokenArguments.Rows, TokenArguments.Bytes, TokenArguments.File],
        Remarks = "The token is printed on stdout only; the file keeps its hash. A silo with --tokens FILE accepts it within a second.",
        Example = "kd token create --role client --name alice --tokens /etc/kdcluster/tokens.json",
        Run = (invocation, _) => Task.FromResult(Run(invocation)),
    };

    private static int Run(Invocation invocation)
    {
        string path = TokenArguments.PathOf(invocation);
        string name = invocation.Needed(TokenArguments.Name);
        Role role = Enum.Parse<Role>(invocation.Needed(TokenArguments.Role), ignoreCase: true);
        Names.Check(name, "token");
        IReadOnlyList<TokenEntry> entries = TokenFile.Read(path);
        if (entries.Any(e => e.Id == name))
            throw new KdException("KD1809", $"'{name}' already has a token.", path, "Rotate or revoke it, or choose another name.");

        (string token, TokenHash hash) = TokenText.Create(name);
        TokenLimits limits = new()
        {
            Runs = invocation.Number(TokenArguments.Runs, 0),
            RowsPerSecond = invocation.Number(TokenArguments.Rows, 1),
            MessageBytes = invocation.Number(TokenArguments.Bytes, 1),
        };
        TokenFile.Write(path, [.. entries, new TokenEntry { Id = name, Role = role, Hash = hash, Limits = limits, Created = invocation.Context.Time.GetUtcNow() }]);
        TokenArguments.Show(invocation, token);
        return ExitCode.Ok;
    }
}
