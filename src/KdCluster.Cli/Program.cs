using System.Collections;
using System.Text;
using KdCluster.Cli;
using KdCluster.Cli.CommandLine;
using KdCluster.Cli.Output;

using var signals = new StopSignals();
CliContext context = new()
{
    Terminal = Terminal.OfProcess(),
    Input = new StreamReader(Console.OpenStandardInput(), new UTF8Encoding(false, throwOnInvalidBytes: true)),
    Environment = Environment.GetEnvironmentVariables().Cast<DictionaryEntry>().ToDictionary(e => (string)e.Key, e => (string?)e.Value ?? ""),
    Directory = Environment.CurrentDirectory,
};
return await CliProgram.RunAsync(args, context, signals.Stop).ConfigureAwait(false);
