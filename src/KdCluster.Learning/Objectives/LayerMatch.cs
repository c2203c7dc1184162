using KdCluster.Learning.Objectives.Layers;
using KdCluster.Recipes;
using KdCluster.SoftTargets;
using KdCluster.Teachers;

namespace KdCluster.Learning.Objectives;

/// <summary>Which outputs of a student a term compares with which of a teacher.</summary>
public static class LayerMatch
{
    private const long MostRemembered = 1L << 30, MostGathered = 1L << 30;

    /// <summary>The pairs, in order; none for a loss on logits that is no adversary.</summary>
    /// <param name="term">The term, with its options filled in.</param>
    /// <param name="student">The student's outputs.</param>
    /// <param name="teacher">The teacher.</param>
    /// <param name="rows">Training rows; null where that cannot be known.</param>
    /// <param name="batch">Instances in a batch at most; null: whether a step's memory suffices is not asked.</param>
    /// <exception cref="KdException"><c>KD1305</c>: the teacher does not serve one; <c>KD1227</c>: the student has none such, or the two do not fit.</exception>
    public static IReadOnlyList<(string Student, string Teacher)> Of(TermSpec term, IReadOnlyList<(string Name, OutputShape Shape)> student, TeacherDescription teacher, int? rows = null, int? batch = null)
    {
        ArgumentNullException.ThrowIfNull(term);
        ArgumentNullException.ThrowIfNull(student);
        ArgumentNullException.ThrowIfNull(teacher);
        if (TermRegistry.LayerLoss(term) is not { } loss)
            return [];
        OutputFamily family = RecipeTableLosses.Find(term.Loss)!.Compares;
        // Every teacher gives them, also one that is the run's own student, and of as many classes as the student.
        if (family == OutputFamily.Logits)
            return [(OutputNames.Logits, OutputNames.Logits)];
        (string, string)[] pairs = family == OutputFamily.Embedding
            ? [(OutputNames.Embedding, OutputNames.Embedding)]
            : [.. Layers(term, family, student.Select(o => o.Name), teacher.Outputs.Select(o => o.Output)).Select(p => (Name(family, p.Student, term), Name(family, p.Teacher, term)))];
        KdError[] errors = [.. Missing(term, pairs, student, teacher)];
        if (errors.Length == 0)
            errors = [.. Unfit(term, loss, pairs, student, teacher), .. rows is { } known ? Forgetful(term, loss, known, teacher) : [], .. batch is { } most ? Crowded(term, loss, Math.Min(most, rows ?? most), teacher) : []];
        return errors.Length == 0 ? pairs : throw new KdException(errors);
    }

    // As many as the depths share, at equal distances: Park et al., arXiv 2109.08359, "emb+skip" in the authors' code [V].
    private static IEnumerable<LayerPair> Layers(TermSpec term, OutputFamily family, IEnumerable<string> student, IEnumerable<string> teacher)
    {
        if (term.Layers is { } given)
            return given;
        (int s, int t) = (Depth(family, student), Depth(family, teacher));
        int shared = (int)System.Numerics.BigInteger.GreatestCommonDivisor(s, t), first = family == OutputFamily.Hidden ? 0 : 1;
        return s == 0 || t == 0
            ? [new LayerPair(first, first)]
            : Enumerable.Range(first, shared + 1 - first).Select(i => new LayerPair(i * s / shared, i * t / shared));
    }

    private static int Depth(OutputFamily family, IEnumerable<string> outputs) =>
        outputs.Max(o => (family switch { OutputFamily.Hidden => OutputNames.HiddenLayer(o), OutputFamily.Attention => OutputNames.AttentionLayer(o), _ => OutputNames.MapLayer(o) }) ?? 0);

    private static string Name(OutputFamily family, int layer, TermSpec term) => family switch
    {
        OutputFamily.Hidden => OutputNames.Hidden(layer),
        OutputFamily.Attention => OutputNames.Attention(layer),
        _ => OutputNames.Map(layer, term.Pool ?? 0),
    };

    private static IEnumerable<KdError> Missing(TermSpec term, (string Student, string Teacher)[] pairs, IReadOnlyList<(string Name, OutputShape Shape)> student, TeacherDescription teacher)
    {
        foreach ((string own, string theirs) in pairs)
        {
            if (!student.Any(o => o.Name == own))
                yield return Fault(term, $"the student gives no {own}; it gives {string.Join(", ", student.Select(o => o.Name))}.", teacher, "Name other layers in the term's `layers`, or choose another student.");
            if (teacher.Find(theirs) is null)
                yield return teacher.NotServed(theirs);
        }
    }

    private static IEnumerable<KdError> Unfit(TermSpec term, ILayerLoss loss, (string Student, string Teacher)[] pairs, IReadOnlyList<(string Name, OutputShape Shape)> student, TeacherDescription teacher)
    {
        if (pairs.Length < loss.FewestLayers)
            yield return Fault(term, $"it compares {loss.FewestLayers} layers at least, and here are {pairs.Length}.", teacher, "Name them in the term's `layers`, choose a deeper student, or another loss.");
        OutputShape[] own = [.. pairs.Select(p => student.First(o => o.Name == p.Student).Shape)], theirs = [.. pairs.Select(p => teacher.Output(p.Teacher).Shape)];
        if (loss.Widths == LayerWidths.OneEach && (own.Distinct().Count() > 1 || theirs.Distinct().Count() > 1))
            yield return Fault(term, $"it needs layers of one width, and they are {Shown(own)} in the student, {Shown(theirs)} in the teacher.", teacher, "Name layers of one width in the term's `layers`.");
        if (loss.SamePlaces && own.Concat(theirs).Select(s => (s.Dimensions[1], s.Dimensions[2])).Distinct().Count() > 1)
            yield return Fault(term, $"it needs maps of one height and width, and they are {Shown(own)} in the student, {Shown(theirs)} in the teacher.", teacher, "Let all be averaged to one: \"pool\": 4.");
        for (int i = 0; i < pairs.Length; i++)
        {
            if (!loss.SamePlaces && own[i].Dimensions.Count == 3 && !own[i].Varies && !own[i].Dimensions.Skip(1).SequenceEqual(theirs[i].Dimensions.Skip(1)))
                yield return Fault(term, $"{pairs[i].Student} is {own[i]} in the student, and {pairs[i].Teacher} {theirs[i]} in the teacher.", teacher, "Name layers whose maps have one height and width in the term's `layers`, or let both be averaged to one: \"pool\": 4.");
            else if (loss.Widths == LayerWidths.Same && term.Projection is null or "none" && !own[i].Equals(theirs[i]))
                yield return Fault(term, $"{pairs[i].Student} is {own[i]} in the student, and {pairs[i].Teacher} {theirs[i]} in the teacher.", teacher, "Choose a student of the teacher's width, or, where the loss has it, \"projection\": \"linear\".");
            if (term.Heads == "each" && own[i].Dimensions[0] != theirs[i].Dimensions[0])
                yield return Fault(term, $"the student has {own[i].Dimensions[0]} heads, and the teacher {theirs[i].Dimensions[0]}.", teacher, "Choose \"heads\": \"mean\", or a student with as many.");
        }
    }

    private static IEnumerable<KdError> Forgetful(TermSpec term, ILayerLoss loss, int rows, TeacherDescription teacher)
    {
        long bytes = (long)rows * loss.Remembers * sizeof(float);
        if (bytes > MostRemembered)
            yield return Fault(term, $"it remembers {loss.Remembers} numbers of each of {rows} training rows, {bytes >> 20} MiB for each teacher; at most {MostRemembered >> 20}.", teacher, "Give a smaller \"width\", fewer rows (`data.limit`), or choose `contrast`, which remembers nothing.");
        if (loss.Remembers > 0 && rows < 2)
            yield return Fault(term, "it tells training rows apart, and there is one.", teacher, "Give more rows, or choose another loss.");
    }

    private static IEnumerable<KdError> Crowded(TermSpec term, ILayerLoss loss, int batch, TeacherDescription teacher)
    {
        long bytes = batch * loss.Gathers * sizeof(float);
        if (bytes > MostGathered)
            yield return Fault(term, $"a step gathers {loss.Gathers} numbers for each of {batch} instances, {bytes} bytes for either side; at most {MostGathered}.", teacher, "Give fewer \"negatives\", a smaller \"width\" or a smaller `training.batchSize`.");
    }

    private static KdError Fault(TermSpec term, string what, TeacherDescription teacher, string remedy) =>
        new("KD1227", $"the loss {term.Loss} does not fit student and teacher: {what}", $"objective.terms, teacher {teacher.Name}", remedy);

    private static string Shown(IEnumerable<OutputShape> shapes) => string.Join(", ", shapes);
}
