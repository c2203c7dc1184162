using System.Globalization;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace KdCluster.Learning.Models;

/// <summary>Fully connected layers over all pixels; the embedding is the last hidden layer.</summary>
internal sealed class MultiLayerPerceptron : ImageModel, IFunctionalModel
{
    private readonly Linear[] _layers;

    public MultiLayerPerceptron(ModelShape shape)
        : base(shape, shape.Spec.Hidden)
    {
        long width = shape.Image!.Layout.Bytes!.Value;
        _layers = new Linear[shape.Spec.Layers];
        for (int i = 0; i < _layers.Length; i++)
        {
            _layers[i] = Linear(width, shape.Spec.Hidden);
            register_module(string.Create(CultureInfo.InvariantCulture, $"layer_{i}"), _layers[i]);
            width = shape.Spec.Hidden;
        }

        Complete();
    }

    public IReadOnlyList<string> Arguments => [.. named_parameters().Select(p => p.name)];

    Tensor IFunctionalModel.States(Tensor batch) => States(batch);

    public Tensor Logits(Tensor states, Tensor real, IReadOnlyDictionary<string, Tensor> weights, NormStatistics norms)
    {
        states = states.flatten(1);
        for (int i = 0; i < _layers.Length; i++)
            states = functional.relu(functional.linear(states, weights[$"layer_{i}.weight"], weights[$"layer_{i}.bias"]));
        return functional.linear(states, weights["classifier.weight"], weights["classifier.bias"]);
    }

    private protected override Tensor Features(Tensor images, OutputTap tap)
    {
        Tensor states = images.flatten(1);
        for (int i = 0; i < _layers.Length; i++)
            states = functional.relu(_layers[i].call(i == 0 ? states : Dropout.call(states)));
        return states;
    }
}
