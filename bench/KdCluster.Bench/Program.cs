using KdCluster.Bench;
using KdCluster.Cli;

return await CliProgram.RunOneAsync(BenchCommand.Definition, args).ConfigureAwait(false);
