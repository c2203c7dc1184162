using System.Text;
using KdCluster.Cli;
using KdCluster.Cli.CommandLine;
using KdCluster.Cli.Output;

using var signals = new StopSignals();
CliContext context = new()
{
    Terminal = Terminal.OfProcess(),
    Input = new StreamReader(Console.OpenStandardInput(), new UTF8Encoding(false, throwOnInvalidBytes: true)),
    Environment = Environment.GetEnvironmentVariable,
    Directory = Environment.CurrentDirectory,
};
return await CliProgram.RunAsync(args, context, signals.Stop).ConfigureAwait(false);
