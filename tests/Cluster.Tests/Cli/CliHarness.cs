using KdCluster.Cli;
using KdCluster.Cli.CommandLine;
using KdCluster.Cli.Output;

namespace KdCluster.Tests.Cli;

/// <summary>Runs command lines in this process and keeps what they write.</summary>
internal sealed class CliHarness
{
    private readonly StringWriter _output = new();
    private readonly StringWriter _error = new();

    public CliHarness(IReadOnlyDictionary<string, string>? environment = null, TextReader? input = null) => Context = new CliContext
    {
        Environment = environment ?? new Dictionary<string, string>(),
        Terminal = new Terminal(_output, _error) { Size = () => (80, 24) },
        Input = input ?? TextReader.Null,
        Directory = Path.GetTempPath(),
    };

    public CliContext Context { get; init; }

    /// <summary>What the program can do; kd's commands unless another program's are meant.</summary>
    public IReadOnlyList<Command> Commands { get; init; } = CommandTable.All;

    public string Output => _output.ToString();

    public string Error => _error.ToString();

    public Task<int> RunAsync(params string[] args) => new CliProgram(Commands).RunAsync(args, Context, CancellationToken.None);
}
