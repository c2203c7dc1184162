using KdCluster.Learning.Models;

namespace KdCluster.Learning.Onnx;

/// <summary>What the graphs of image models have in common.</summary>
internal static class OnnxPixels
{
    /// <summary>The input, normalised in the graph as the model does it.</summary>
    public static OnnxInputs Inputs(OnnxGraph graph, ImageInput image)
    {
        string pixels = graph.Input("pixels", OnnxElement.UInt8, "batch", image.Channels, image.Height, image.Width);
        float[] scale = [.. image.Deviation.Select(d => (float)(1 / (255 * d)))], shift = [.. image.Mean.Zip(image.Deviation, (m, d) => (float)(-m / d))];
        string scaled = graph.Node("Mul", [graph.Node("Cast", [pixels], ("to", (long)OnnxElement.Float)), graph.Weight("pixels.scale", scale, 1, image.Channels, 1, 1)]);
        return new OnnxInputs(graph.Node("Add", [scaled, graph.Weight("pixels.shift", shift, 1, image.Channels, 1, 1)]), "");
    }

    /// <summary>A 3×3 convolution without bias, padded by one pixel, then batch normalisation.</summary>
    /// <param name="graph">Takes the operations.</param>
    /// <param name="weights">Of the model.</param>
    /// <param name="convolution">Name of the convolution's part.</param>
    /// <param name="norm">Name of the normalisation's.</param>
    /// <param name="states">[batch, channels, height, width].</param>
    /// <param name="stride">Pixels from place to place.</param>
    public static string Convolved(OnnxGraph graph, OnnxWeights weights, string convolution, string norm, string states, long stride = 1)
    {
        string answers = graph.Node("Conv", [states, weights[$"{convolution}.weight"]], ("kernel_shape", new long[] { 3, 3 }), ("pads", new long[] { 1, 1, 1, 1 }), ("strides", new[] { stride, stride }));
        return graph.Node("BatchNormalization", [answers, weights[$"{norm}.weight"], weights[$"{norm}.bias"], weights[$"{norm}.running_mean"], weights[$"{norm}.running_var"]], ("epsilon", 1e-5f));
    }
}
