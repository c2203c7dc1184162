using KdCluster.Learning.Models;
using static TorchSharp.torch;

namespace KdCluster.Learning.Training;

/// <summary>Parts of a model that a training leaves as they are: their weights get no gradient, and they answer as in evaluation, so that the statistics of normalisations stay too.</summary>
public sealed class FrozenParts
{
    private readonly HashSet<string> _parts;
    private readonly nn.Module[] _modules;

    /// <param name="model">What is trained.</param>
    /// <param name="parts">Of <see cref="Model.Parts"/>; null: none.</param>
    /// <param name="drawn">Weights that the folder that the training begins with has not.</param>
    /// <exception cref="KdException"><c>KD1230</c>: as <see cref="Fault"/> says.</exception>
    internal FrozenParts(Model model, IReadOnlyList<string>? parts, IReadOnlyList<string> drawn)
    {
        _parts = [.. parts ?? []];
        if (parts is not null && Fault(parts, model.Parts, drawn) is { } fault)
            throw new KdException([fault]);
        _modules = [.. model.named_modules().Where(m => _parts.Contains(m.name)).Select(m => m.module)];
        foreach ((string name, TorchSharp.Modules.Parameter weight) in model.named_parameters().Where(p => Holds(p.name)))
            weight.requires_grad = false;
    }

    /// <summary>Whether a weight is in one.</summary>
    internal bool Holds(string weight) => _parts.Any(p => IsIn(weight, p));

    /// <summary>Lets them answer as in evaluation, while the rest is trained.</summary>
    internal void Still()
    {
        foreach (nn.Module module in _modules)
            module.eval();
    }

    /// <summary>What is wrong with parts that a recipe freezes; null: nothing.</summary>
    /// <param name="parts">As the recipe names them.</param>
    /// <param name="known">Those of the model.</param>
    /// <param name="drawn">Weights that the folder that the training begins with has not: frozen they would stay random.</param>
    public static KdError? Fault(IReadOnlyList<string> parts, IReadOnlyList<string> known, IReadOnlyList<string> drawn)
    {
        ArgumentNullException.ThrowIfNull(parts);
        ArgumentNullException.ThrowIfNull(drawn);
        string[] unknown = [.. parts.Except(known)];
        return unknown.Length > 0 ? new KdError("KD1230", $"the model has no part {string.Join(", ", unknown.Select(p => $"'{p}'"))}.", "training.freeze", $"Its parts: {string.Join(", ", known)}.")
            : known.Where(k => !known.Any(other => other != k && IsIn(other, k))).All(k => parts.Any(p => IsIn(k, p))) ? new KdError("KD1230", "every part of the model is frozen: nothing is left to train.", "training.freeze", $"Leave one out; there are {string.Join(", ", known)}.")
            : drawn.Where(w => parts.Any(p => IsIn(w, p))).ToArray() is [var first, ..] random ? new KdError(
                "KD1230", $"the part '{parts.First(p => IsIn(first, p))}' would be frozen with weights that are not in the folder that the training begins with: {string.Join(", ", random)} are drawn at random.", "training.freeze",
                $"Name smaller parts, of {string.Join(", ", known)}; or freeze it in a stage that goes on from another which trains it (\"init\": \"previous.best\").")
            : null;
    }

    private static bool IsIn(string name, string part) => name == part || name.StartsWith($"{part}.", StringComparison.Ordinal);
}
