using System.Globalization;
using KdCluster.SoftTargets;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace KdCluster.Learning.Models;

/// <summary>Convolutions of several widths over the tokens, largest answer of each filter (Kim 2014, 1408.5882); the embedding is those answers.</summary>
internal sealed class TextCnn : TextModel, IFunctionalModel
{
    private readonly (int Width, Conv1d Filters)[] _convolutions;

    public TextCnn(ModelShape shape)
        : base(shape, shape.Spec.Filters.Count * shape.Spec.Hidden)
    {
        _convolutions = [.. shape.Spec.Filters.Select(width => (width, Conv1d(shape.Spec.Embedding, shape.Spec.Hidden, width, padding: width / 2)))];
        foreach ((int width, Conv1d filters) in _convolutions)
            register_module(string.Create(CultureInfo.InvariantCulture, $"convolution_{width}"), filters);
        Complete(embeddingDeviation: 0.1);
    }

    public IReadOnlyList<string> Arguments => [.. named_parameters().Select(p => p.name).Where(n => n != "embedding.weight")];

    Tensor IFunctionalModel.States(Tensor batch) => States(batch);

    public Tensor Logits(Tensor states, Tensor real, IReadOnlyDictionary<string, Tensor> weights, NormStatistics norms)
    {
        long length = states.shape[1];
        // Text as an image of one row of pixels.
        Tensor tokens = states.transpose(1, 2).unsqueeze(2);
        Tensor[] answers = [.. _convolutions.Select(c =>
        {
            Tensor scores = Convolution.Twice(weights[$"convolution_{c.Width}.weight"].unsqueeze(2), weights[$"convolution_{c.Width}.bias"], tokens, c.Width / 2).squeeze(2).narrow(2, 0, length);
            return functional.relu(scores).mul(real.unsqueeze(1)).amax([2L]);
        })];
        return functional.linear(cat(answers, 1), weights["classifier.weight"], weights["classifier.bias"]);
    }

    private protected override Tensor Pool(Tensor ids, OutputTap tap)
    {
        long length = ids.shape[1];
        Tensor real = Real(ids).unsqueeze(1); // [batch, 1, length]
        // Padding's embedding is 0 by construction, so that a filter reaching past the text sees what it sees past the tensor.
        Tensor tokens = Dropout.call(Tokens.call(ids));
        tap.Offer(OutputNames.Hidden(0), tokens);
        Tensor states = tokens.transpose(1, 2); // [batch, embedding, length]
        var answers = new List<Tensor>(_convolutions.Length);
        foreach ((int width, Conv1d filters) in _convolutions)
        {
            Tensor scores = Convolution.Apply(filters, states);
            if (width % 2 == 0)
                scores = scores.narrow(2, 0, length);
            answers.Add((functional.relu(scores) * real).amax([2L]));
        }
        return cat(answers, 1);
    }
}
