using KdCluster.SoftTargets;
using KdCluster.Teachers;
using KdCluster.Wire.Inference;

namespace KdCluster.Cluster.Inference;

/// <summary>A teacher's answer as tensors: raw where the request was, else typed.</summary>
internal static class InferenceReply
{
    /// <summary>The outputs that a request asks for.</summary>
    /// <exception cref="KdException"><c>KD1341</c>: an output that the model does not have, or one asked for twice.</exception>
    public static string[] Outputs(ModelInferRequest request, TeacherDescription teacher)
    {
        if (request.Outputs.Count == 0)
        {
            return [.. InferenceNames.Offered(teacher).Select(o => o.Output)];
        }

        InferenceMistakes mistakes = new(request.ModelName);
        List<string> outputs = [];
        foreach (string name in request.Outputs.Select(o => o.Name))
        {
            TeacherOutput? output = InferenceNames.Offered(teacher).FirstOrDefault(o => o.Output == name);
            if (output is null || outputs.Contains(name))
            {
                string has = string.Join(", ", InferenceNames.Offered(teacher).Select(o => o.Output));
                mistakes.Add(name, output is null ? "the model has no such output." : "it is asked for twice.", $"Its outputs are {has}.");
                continue;
            }

            outputs.Add(name);
        }

        mistakes.ThrowIfAny();
        return [.. outputs];
    }

    /// <param name="request">What was asked.</param>
    /// <param name="teacher">Who answered.</param>
    /// <param name="outputs">The outputs.</param>
    /// <param name="rows">Encoded rows, one buffer per output.</param>
    public static ModelInferResponse Write(ModelInferRequest request, TeacherDescription teacher, string[] outputs, IReadOnlyList<byte[]> rows)
    {
        ModelInferResponse response = new() { ModelName = teacher.Name, ModelVersion = InferenceNames.Version(teacher), Id = request.Id };
        for (int k = 0; k < outputs.Length; k++)
        {
            SoftTargetSet set = teacher.Output(outputs[k]).Set();
            int count = rows[k].Length / set.RowBytes;
            float[] values = new float[count * set.Width];
            RowCodec.Decode(set, rows[k], values);
            ModelInferResponse.Types.InferOutputTensor tensor = new() { Name = set.Output, Datatype = "FP32", Shape = { count, set.Width } };
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
