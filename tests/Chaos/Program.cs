using KdCluster.Chaos;
using KdCluster.Cli;

return await CliProgram.RunOneAsync(ChaosCommand.Definition, args).ConfigureAwait(false);
