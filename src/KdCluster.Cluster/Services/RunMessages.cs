using KdCluster.Client;
using KdCluster.Learning.Data;
using KdCluster.Runs;

namespace KdCluster.Cluster.Services;

/// <summary>Between what grains say of runs and the wire.</summary>
internal static class RunMessages
{
    public static V1.Run ToProto(this RunStatus status)
    {
        V1.Run message = new()
        {
            Id = status.Id,
            Name = status.Name,
            State = (V1.RunState)status.State,
            Started = status.Started.ToUnixTimeMilliseconds() / 1000.0,
            Ended = status.Ended?.ToUnixTimeMilliseconds() / 1000.0 ?? 0,
            Folder = status.Folder,
            RecipeHash = status.RecipeHash,
            Activity = status.Activity,
            Owner = status.Owner,
            Silo = status.Silo,
        };
        message.Students.AddRange(status.Students.Select(ToProto));
        message.Teachers.AddRange(status.Teachers);
        message.Errors.AddRange(status.Errors.Select(e => e.ToProto()));
        return message;
    }

    public static V1.DataProfile ToProto(this DataProfile profile)
    {
        V1.DataProfile message = new() { MaxLength = profile.MaxLength };
        message.Splits.AddRange(profile.Splits.Select(s => new V1.SplitProfile { Name = s.Name, Rows = s.Rows, Cut = s.Cut, Overlap = s.Overlap, BadRows = s.BadRows }));
        message.Classes.AddRange(profile.Classes.Select(c => new V1.ClassProfile { Name = c.Name, Rows = { c.Rows.Select(r => (long)r) } }));
        message.Scores.AddRange((profile.Scores ?? []).Select(s => new V1.ScoreProfile { Lowest = s.Lowest, Mean = s.Mean, Highest = s.Highest, Deviation = s.Deviation }));
        message.Warnings.AddRange(profile.Warnings);
        return message;
    }

    public static V1.Student ToProto(this StudentStatus student)
    {
        V1.Student message = new()
        {
            Variant = student.Variant,
            Seed = student.Seed,
            Stage = student.Stage,
            Epoch = student.Epoch,
            Epochs = student.Epochs,
            Step = student.Step,
            Steps = student.Steps,
            RowsPerSecond = student.RowsPerSecond,
            SecondsLeft = student.SecondsLeft,
            Loss = student.Loss,
            ValidationAccuracy = student.ValidationAccuracy,
            TestAccuracy = student.TestAccuracy,
            StallShare = student.StallShare,
            StoreHits = student.StoreHits,
            TeacherRows = student.TeacherRows,
            Seconds = student.Seconds,
            Checkpoint = student.Checkpoint,
            Silo = student.Silo,
            Attempt = student.Attempt,
            RecipeStage = student.RecipeStage ?? "",
            RecipeStageNumber = student.RecipeStageNumber,
            RecipeStages = student.RecipeStages,
        };
        message.Weights.AddRange(student.Weights);
        message.Metric = student.Metric ?? "";
        message.ValidationFigures.Add(student.ValidationFigures ?? []);
        message.TestFigures.Add(student.TestFigures ?? []);
        return message;
    }
}
