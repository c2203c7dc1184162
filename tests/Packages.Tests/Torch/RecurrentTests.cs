using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace KdCluster.Tests.Torch;

public sealed class RecurrentTests : TorchTest
{
    [Fact]
    public void Packed_sequences_are_PyTorchs()
    {
        var fixture = Fixture.Read("packed.json");
        using var lstm = LSTM(3, 4, batchFirst: true, bidirectional: true);
        lstm.load_state_dict(Fixture.Tensors(fixture.GetProperty("before")));
        using var packed = nn.utils.rnn.pack_padded_sequence(
            Fixture.Tensor(fixture.GetProperty("x")), Fixture.Tensor(fixture.GetProperty("lengths")), batch_first: true, enforce_sorted: false);
        var (y, h, c) = lstm.call(packed);
        using var result = y;
        var (padded, lengths) = nn.utils.rnn.pad_packed_sequence(y, batch_first: true);
        Fixture.Same(fixture.GetProperty("y"), padded, "y");
        Fixture.Same(fixture.GetProperty("n"), lengths, "n");
    }

    [Fact]
    public void Parameters_have_PyTorchs_names_in_its_order()
    {
        using var lstm = LSTM(3, 4, numLayers: 2, bidirectional: true);
        string[] kinds = ["weight_ih", "weight_hh", "bias_ih", "bias_hh"];
        string[] wanted = [.. from layer in new[] { "l0", "l0_reverse", "l1", "l1_reverse" } from kind in kinds select $"{kind}_{layer}"];
        Assert.Equal(wanted, lstm.named_parameters().Select(p => p.name));
    }
}
