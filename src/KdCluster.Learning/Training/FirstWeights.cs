using System.Security.Cryptography;
using KdCluster.Learning.Checkpoints;
using KdCluster.Learning.Loops;
using KdCluster.Learning.Models;
using KdCluster.SoftTargets;
using static TorchSharp.torch;

namespace KdCluster.Learning.Training;

/// <summary>The weights that a model begins with, when they are not drawn: those of another training's folder.</summary>
/// <param name="Folder">The folder of a training that is done, of the same architecture.</param>
/// <param name="Last">Its last weights; else its best ones.</param>
public sealed record FirstWeights(string Folder, bool Last)
{
    /// <summary>Names their bytes.</summary>
    /// <exception cref="KdException"><c>KD12xx</c>: they cannot be read.</exception>
    internal string Fingerprint() => Last
        ? Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(ResumeFolder.PositionOf(Folder))))
        : CheckpointFingerprint.Compute(Path.Combine(Folder, "best"), OutputNames.Logits)[0];

    /// <summary>Puts them into a model.</summary>
    /// <exception cref="KdException"><c>KD12xx</c>: they cannot be read, or are of another architecture.</exception>
    internal void Load(Model model)
    {
        using var off = no_grad();
        using var scope = NewDisposeScope();
        if (Last)
        {
            LoopState.LoadWeights(model, new ResumeFolder(Folder).Load(out _)?.Arrays ?? throw new KdException("KD1208", "the folder holds no training to begin from.", Folder, "Start the run anew."));
            return;
        }

        using Model from = Checkpoint.Load(Path.Combine(Folder, "best")).Model;
        ModelState.Copy(from, model);
        from.Random?.Dispose();
    }
}
