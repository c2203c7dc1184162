namespace TorchSharp.Modules;

/// <summary>Parameters of a recurrent network, in libtorch's order: per layer and direction input, hidden, and their biases.</summary>
internal static class RecurrentWeights
{
    public static IEnumerable<(string Name, Parameter Parameter)> Create(int gates, long input, long hidden, long layers, bool bias, bool bidirectional, torch.Device? device, torch.ScalarType? dtype)
    {
        double bound = hidden > 0 ? 1 / Math.Sqrt(hidden) : 0;
        for (long layer = 0; layer < layers; layer++)
        {
            long width = layer == 0 ? input : hidden * (bidirectional ? 2 : 1);
            foreach (string direction in bidirectional ? new[] { "", "_reverse" } : [""])
            {
                yield return ($"weight_ih_l{layer}{direction}", Uniform(bound, [gates * hidden, width], device, dtype));
                yield return ($"weight_hh_l{layer}{direction}", Uniform(bound, [gates * hidden, hidden], device, dtype));
                if (!bias)
                    continue;
                yield return ($"bias_ih_l{layer}{direction}", Uniform(bound, [gates * hidden], device, dtype));
                yield return ($"bias_hh_l{layer}{direction}", Uniform(bound, [gates * hidden], device, dtype));
            }
        }
    }

    private static Parameter Uniform(double bound, long[] size, torch.Device? device, torch.ScalarType? dtype)
    {
        var parameter = new Parameter(torch.empty(size, dtype, device));
        torch.nn.init.uniform_(parameter, -bound, bound);
        return parameter;
    }
}
