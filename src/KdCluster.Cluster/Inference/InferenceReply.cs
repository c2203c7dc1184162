using KdCluster.SoftTargets;
using KdCluster.Teachers;
using KdCluster.Wire.Inference;

namespace KdCluster.Cluster.Inference;

/// <summary>A teacher's answer as tensors: raw where the request was, else typed.</summary>
internal static class InferenceReply
{
    /// <summary>The outputs that a request asks for.</summary>
    /// <exception cref="KdException"><c>KD1341</c>: an output that the model does not have, or one asked for twice.</exception>
    public static OutputKind[] Kinds(ModelInferRequest request, TeacherDescription teacher)
    {
        if (request.Outputs.Count == 0)
        {
            return [.. teacher.Outputs.Select(o => o.Kind)];
        }

        InferenceMistakes mistakes = new(request.ModelName);
        List<OutputKind> kinds = [];
        foreach (string name in request.Outputs.Select(o => o.Name))
        {
            SoftTargetSet? set = teacher.Outputs.FirstOrDefault(o => InferenceNames.Of(o.Kind) == name);
            if (set is null || kinds.Contains(set.Kind))
            {
                string has = string.Join(", ", teacher.Outputs.Select(o => InferenceNames.Of(o.Kind)));
                mistakes.Add(name, set is null ? "the model has no such output." : "it is asked for twice.", $"Its outputs are {has}.");
                continue;
            }

            kinds.Add(set.Kind);
        }

        mistakes.ThrowIfAny();
        return [.. kinds];
    }

    /// <param name="request">What was asked.</param>
    /// <param name="teacher">Who answered.</param>
    /// <param name="kinds">The outputs.</param>
    /// <param name="rows">Encoded rows, one buffer per kind.</param>
    public static ModelInferResponse Write(ModelInferRequest request, TeacherDescription teacher, OutputKind[] kinds, IReadOnlyList<byte[]> rows)
    {
        ModelInferResponse response = new() { ModelName = teacher.Name, ModelVersion = InferenceNames.Version(teacher), Id = request.Id };
        for (int k = 0; k < kinds.Length; k++)
        {
            SoftTargetSet set = teacher.Output(kinds[k]);
            int count = rows[k].Length / set.RowBytes;
            float[] values = new float[count * set.Width];
            RowCodec.Decode(set, rows[k], values);
            ModelInferResponse.Types.InferOutputTensor tensor = new() { Name = InferenceNames.Of(set.Kind), Datatype = "FP32", Shape = { count, set.Width } };
            tensor.Parameters["kdcluster.fingerprint"] = new InferParameter { StringParam = set.Teacher };
            if (request.RawInputContents.Count > 0)
            {
                response.RawOutputContents.Add(RawNumbers.Floats(values));
            }
            else
            {
                tensor.Contents = new InferTensorContents { Fp32Contents = { values } };
            }

            response.Outputs.Add(tensor);
        }

        return response;
    }
}
