using KdCluster.Cli;

return await CliProgram.RunAsync(CommandTable.All, args).ConfigureAwait(false);
