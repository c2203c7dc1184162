using KdCluster.Cli.Runs;
using KdCluster.Cli.Silos;
using KdCluster.Learning.Checkpoints;
using KdCluster.V1;

namespace KdCluster.Cli.Models;

/// <summary>Takes what a run has trained into the home's models.</summary>
internal static class ModelInstaller
{
    /// <summary>Copies the run's best checkpoint, by what its students are compared by on the validation rows, to <c>home/models/NAME</c>; a reader sees either the old one or the new one.</summary>
    /// <returns>The folder, and the student that was best.</returns>
    /// <exception cref="KdException"><c>KD1708</c>: there is no checkpoint that this machine can read.</exception>
    public static (string Folder, Student Best) Install(KdHome home, string name, Run run)
    {
        Student best = Best(run);
        if (!Directory.Exists(best.Checkpoint))
            throw new KdException("KD1708", "the run's checkpoint is not on this machine.", best.Checkpoint, "Copy the folder to this machine, or run this command on the silo's machine.");
        string folder = home.Model(name);
        AtomicFolder.Write(folder, Directory.GetFiles(best.Checkpoint).Order(StringComparer.Ordinal).Select(file => (Path.GetFileName(file), Copy(file))));
        return (folder, best);
    }

    /// <summary>The student with the best checkpoint, by what students are compared by on the validation rows.</summary>
    /// <exception cref="KdException"><c>KD1708</c>: no student left one.</exception>
    public static Student Best(Run run) =>
        run.Students.Where(s => s.Checkpoint.Length > 0).MaxBy(s => double.IsNaN(RunText.Worth(s, tested: false)) ? double.NegativeInfinity : RunText.Worth(s, tested: false))
        ?? throw new KdException("KD1708", "the run has no checkpoint.", $"run {run.Id}");

    private static Action<Stream> Copy(string file) => to =>
    {
        using FileStream from = File.OpenRead(file);
        from.CopyTo(to);
    };
}
