using KdCluster.Learning.Tasks;
using KdCluster.Teachers;

namespace KdCluster.Cluster.Teachers;

/// <summary>What a request must be before a row of it is computed.</summary>
internal static class TeacherRequestChecks
{
    // Of all outputs of one request, decoded.
    private const long MostBytes = 1 << 30;

    /// <exception cref="KdException"><c>KD1304</c> inputs made in another way, <c>KD1309</c> too many rows, <c>KD1310</c> bad instances, by row number.</exception>
    public static void Check(TeacherRequest request, TeacherDescription teacher, InputEncoder encoder)
    {
        if (request.Tokenizer != teacher.Tokenizer)
        {
            throw new KdException(
                "KD1304", $"the {(teacher.MaxLength == 0 ? "images have the form" : "ids were made with tokenizer")} {Short(request.Tokenizer)}, the teacher's is {Short(teacher.Tokenizer)}.",
                $"teacher {teacher.Name}", "Encode with the tokenizer that the teacher serves (GetTokenizer).");
        }

        if (request.Inputs.Count > TeacherHost.MaxRequestRows)
        {
            throw new KdException(
                "KD1309", $"{request.Inputs.Count} instances in one request; the limit is {TeacherHost.MaxRequestRows}.", $"teacher {teacher.Name}", "Ask in parts.");
        }

        if (request.Outputs.Select(teacher.Output).Sum(o => request.Inputs.Sum(i => o.Shape.Size(Math.Max(1, i.Length)) * sizeof(float))) > MostBytes)
        {
            throw new KdException("KD1309", $"{request.Inputs.Count} rows of {string.Join(", ", request.Outputs)} are more than {MostBytes >> 20} MiB in float32.", $"teacher {teacher.Name}", "Ask in parts.");
        }

        if (request.Keys.Count != request.Inputs.Count)
        {
            throw new KdException("KD1310", $"{request.Inputs.Count} instances but {request.Keys.Count} fingerprints.", $"teacher {teacher.Name}", "Send one fingerprint per instance.");
        }

        List<KdError> errors = [];
        for (int i = 0; i < request.Inputs.Count && errors.Count < 10; i++)
        {
            string? wrong = encoder.Fault(request.Inputs[i]);
            if (wrong is not null)
            {
                errors.Add(new KdError("KD1310", $"a bad instance: {wrong}.", $"teacher {teacher.Name}, row {i}"));
            }
        }

        if (errors.Count > 0)
        {
            throw new KdException(errors);
        }
    }

    private static string Short(string hash) => hash.Length > 12 ? hash[..12] : hash;
}
