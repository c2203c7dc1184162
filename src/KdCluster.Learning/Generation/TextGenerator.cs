using KdCluster.Instances;
using KdCluster.Learning.Models;
using KdCluster.SoftTargets;
using static TorchSharp.torch;

namespace KdCluster.Learning.Generation;

/// <summary>Continues a text by a causal language model, token by token.</summary>
public static class TextGenerator
{
    /// <summary>Continues it until so many tokens are added, or the text is as long as the model allows.</summary>
    /// <param name="model">Of a kind that says token logits; its training mode is put back afterwards.</param>
    /// <param name="begin">Token ids, at least one.</param>
    /// <param name="tokens">How many to add.</param>
    /// <param name="sampler">Chooses each token.</param>
    /// <param name="cancellationToken">Stops between tokens.</param>
    /// <returns>What it begins with and what was added.</returns>
    /// <exception cref="ArgumentException">The model says no token logits, or there is nothing to begin with.</exception>
    public static int[] Continue(Model model, IReadOnlyList<int> begin, int tokens, TokenSampler sampler, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(begin);
        ArgumentNullException.ThrowIfNull(sampler);
        ArgumentOutOfRangeException.ThrowIfZero(begin.Count, nameof(begin));
        if (model.Answer != OutputNames.TokenLogits)
            throw new ArgumentException($"a {model.Spec.Kind} says no tokens", nameof(model));
        List<int> ids = [.. begin];
        bool training = model.training;
        Device device = model.parameters().First().device;
        model.eval();
        try
        {
            using var off = no_grad();
            for (int n = 0; n < tokens && ids.Count < model.Shape.MaxLength; n++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                using var scope = NewDisposeScope();
                Tensor answers = model.call(model.Collate([new InstanceView([.. ids])], ids.Count, 0, device)).Logits;
                ids.Add(sampler.Choose(answers.select(1, -1).cpu().contiguous().data<float>().ToArray(), n));
            }
        }
        finally
        {
            model.train(training);
        }

        return [.. ids];
    }
}
