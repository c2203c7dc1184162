using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace KdCluster.Tests.Torch;

/// <summary>Every layer: output, gradients, and its parameters after ten steps of Adam, as PyTorch has them.</summary>
public sealed class LayerTests : TorchTest
{
    [Theory]
    [InlineData("linear")]
    [InlineData("linear_nobias")]
    [InlineData("embedding")]
    [InlineData("embedding_padding")]
    [InlineData("embedding_bag_mean")]
    [InlineData("embedding_bag_sum")]
    [InlineData("layer_norm")]
    [InlineData("layer_norm_2")]
    [InlineData("conv1d")]
    [InlineData("conv1d_all")]
    [InlineData("conv2d")]
    [InlineData("batch_norm1d")]
    [InlineData("batch_norm2d")]
    [InlineData("lstm")]
    [InlineData("lstm_deep")]
    [InlineData("gru")]
    [InlineData("sequential")]
    [InlineData("max_pool1d")]
    [InlineData("avg_pool1d")]
    [InlineData("adaptive")]
    [InlineData("activations")]
    public void A_layer_is_PyTorchs(string name)
    {
        var fixture = Fixture.Read("layers.json").GetProperty(name);
        using var module = Make(name);
        module.load_state_dict(Fixture.Tensors(fixture.GetProperty("before")));
        var x = Fixture.Tensor(fixture.GetProperty("x"));
        if (x.is_floating_point())
            x.requires_grad = true;

        var y = Layer.Call(module, x);
        var w = linspace(-1, 1, y.numel()).reshape(y.shape);
        (y * w).sum().backward();

        Fixture.Same(fixture.GetProperty("y"), y, "y");
        Fixture.SameAll(fixture.GetProperty("gradients"), module.named_parameters().ToDictionary(p => p.name, p => p.parameter.grad!), "gradient");
        if (x.is_floating_point())
            Fixture.Same(fixture.GetProperty("gradient_x"), x.grad!, "gradient of x");

        using var optimizer = optim.Adam(module.parameters(), lr: 0.01);
        for (int i = 0; i < 10; i++)
        {
            using var step = NewDisposeScope();
            optimizer.zero_grad();
            (Layer.Call(module, x.detach()) - w).square().mean().backward();
            optimizer.step();
        }

        Fixture.SameAll(fixture.GetProperty("after"), module.state_dict(), "after ten steps");
    }

    private static Module Make(string name) => name switch
    {
        "linear" => Linear(4, 3),
        "linear_nobias" => Linear(4, 3, hasBias: false),
        "embedding" => Embedding(6, 4),
        "embedding_padding" => Embedding(6, 4, padding_idx: 0),
        "embedding_bag_mean" => EmbeddingBag(6, 4, mode: EmbeddingBagMode.Mean),
        "embedding_bag_sum" => EmbeddingBag(6, 4, mode: EmbeddingBagMode.Sum, padding_index: 0),
        "layer_norm" => LayerNorm(4),
        "layer_norm_2" => LayerNorm([2, 4], eps: 1e-3),
        "conv1d" => Conv1d(3, 4, 3L),
        "conv1d_all" => Conv1d(4, 6, 2L, stride: 2, padding: 1L, dilation: 2, groups: 2),
        "conv2d" => Conv2d(2, 3, 3L, stride: 2, padding: 1L),
        "batch_norm1d" => BatchNorm1d(4),
        "batch_norm2d" => BatchNorm2d(3),
        "lstm" => new Layer(LSTM(3, 4, batchFirst: true)),
        "lstm_deep" => new Layer(LSTM(3, 4, numLayers: 2, batchFirst: true, bidirectional: true)),
        "gru" => new Layer(GRU(3, 4, numLayers: 2, batchFirst: true, bidirectional: true)),
        "sequential" => Sequential(Linear(4, 5), GELU(), Linear(5, 3), nn.Tanh()),
        "max_pool1d" => Sequential(Linear(6, 6), MaxPool1d(2)),
        "avg_pool1d" => Sequential(Linear(6, 6), AvgPool1d(3, stride: 2, padding: 1)),
        "adaptive" => Sequential(Linear(7, 7), AdaptiveAvgPool1d(3), AdaptiveMaxPool1d(2)),
        "activations" => Sequential(Linear(4, 4), ReLU(), Linear(4, 4), SiLU(), LeakyReLU(0.1), Sigmoid(), Softmax(-1)),
        _ => throw new ArgumentException(name),
    };
}
