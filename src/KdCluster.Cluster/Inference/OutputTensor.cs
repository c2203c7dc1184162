using KdCluster.Wire.Inference;

namespace KdCluster.Cluster.Inference;

/// <summary>Reads an output of a server elsewhere, typed or raw; nothing about it is believed before it is checked.</summary>
internal static class OutputTensor
{
    /// <param name="response">The answer.</param>
    /// <param name="name">The tensor.</param>
    /// <param name="rows">Rows that it must have.</param>
    /// <param name="width">Numbers in each.</param>
    /// <param name="where">Who answered.</param>
    /// <returns>[rows, width].</returns>
    /// <exception cref="KdException"><c>KD1313</c>: it is not there, or has another shape.</exception>
    public static float[] Read(ModelInferResponse response, string name, int rows, int width, string where)
    {
        int at = -1;
        for (int i = 0; i < response.Outputs.Count && at < 0; i++)
        {
            at = response.Outputs[i].Name == name ? i : -1;
        }

        if (at < 0)
        {
            throw Malformed($"there is no output {name} in it", where);
        }

        ModelInferResponse.Types.InferOutputTensor tensor = response.Outputs[at];
        if (!tensor.Shape.SequenceEqual([rows, width]))
        {
            throw Malformed($"output {name} has the shape [{string.Join(',', tensor.Shape)}], not [{rows},{width}]", where);
        }

        float[]? values = response.RawOutputContents.Count > at ? RawNumbers.Read(tensor.Datatype, response.RawOutputContents[at].Span)
            : tensor.Datatype == "FP64" ? [.. tensor.Contents?.Fp64Contents.Select(v => (float)v) ?? []]
            : [.. tensor.Contents?.Fp32Contents ?? []];
        return values?.Length == rows * width ? values : throw Malformed($"output {name} of {tensor.Datatype} does not hold {rows * width} numbers", where);
    }

    private static KdException Malformed(string what, string where) => new("KD1313", $"a malformed reply: {what}.", where, "Does the server answer as its metadata says?");
}
