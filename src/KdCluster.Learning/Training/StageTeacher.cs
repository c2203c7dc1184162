namespace KdCluster.Learning.Training;

/// <summary>Where one teacher of a stage comes from.</summary>
/// <param name="Name">As reports show it.</param>
/// <param name="Served">Its number among the teachers that are served; null: it is the run's own.</param>
/// <param name="Checkpoint">Folder of an earlier student; null: it is served, or the moving average of the student that learns.</param>
public sealed record StageTeacher(string Name, int? Served, string? Checkpoint);
