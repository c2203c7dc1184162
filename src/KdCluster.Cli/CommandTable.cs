using KdCluster.Cli.CommandLine;
using KdCluster.Cli.Commands;

namespace KdCluster.Cli;

/// <summary>Every command, in the order of the help.</summary>
internal static class CommandTable
{
    public static readonly IReadOnlyList<Command> All =
    [
        DemoCommand.Definition,
        DoctorCommand.Definition,
        ClusterCommand.Definition,
        SiloCommand.Definition,
        SiloDrainCommand.Definition,
        TopCommand.Definition,
        TeacherTrainCommand.Definition,
        TeacherImportCommand.Definition,
        TeacherCheckCommand.Definition,
        TeacherDeployCommand.Definition,
        TeacherUndeployCommand.Definition,
        TeacherListCommand.Definition,
        TeacherShowCommand.Definition,
        TeacherScaleCommand.Definition,
        TeacherEvaluateCommand.Definition,
        RunStartCommand.Definition,
        RunWatchCommand.Definition,
        RunListCommand.Definition,
        RunCancelCommand.Definition,
        RunResumeCommand.Definition,
        RunReportCommand.Definition,
        RunWeightsCommand.Definition,
        CompareCommand.Definition,
        WeightingListCommand.Definition,
        WeightingShowCommand.Definition,
        WeightingAskCommand.Definition,
        WeightingExportCommand.Definition,
        StudentEvaluateCommand.Definition,
        StudentPredictCommand.Definition,
        StudentExportCommand.Definition,
        CacheStatsCommand.Definition,
        CacheWarmCommand.Definition,
        CacheVerifyCommand.Definition,
        CacheClearCommand.Definition,
        TokenCreateCommand.Definition,
        TokenListCommand.Definition,
        TokenRotateCommand.Definition,
        TokenRevokeCommand.Definition,
        ListCommand.Definition,
        RecipeCheckCommand.Definition,
        RecipeSchemaCommand.Definition,
        CompletionCommand.Definition,
    ];
}
