using KdCluster.Instances;
using KdCluster.Learning.Text;
using KdCluster.Learning.Training;
using KdCluster.Recipes;

namespace KdCluster.Learning.Augmentation;

/// <summary>
/// Leaves out words and masks spans of a text; where a tokenizer cuts words into pieces, each piece counts as a word. What happens to a text depends on (seed, row, epoch) alone, so that a resumed training sees the same. The marks around and between texts stay, and so does one word at least.
/// </summary>
public static class TextAugmentation
{
    // Draws of one text: one for each word, then two for each span.
    private const int Draws = 1 << 20;

    /// <summary>Why it cannot be done to the texts of a tokenizer (<c>KD1231</c>); null: it can.</summary>
    public static KdError? Fault(AugmentationSpec spec, Tokenizer tokenizer) => spec.MaskSpans > 0 && tokenizer.Hidden is null
        ? new KdError("KD1231", "the student's tokenizer has neither a mask nor an unknown token, which would stand for what is masked.", "training.augmentation.maskSpans", "Use `dropWords`, or another tokenizer.")
        : null;

    /// <summary>A text as the student sees it in an epoch.</summary>
    /// <param name="spec">What is done.</param>
    /// <param name="tokenizer">Made the view.</param>
    /// <param name="view">The text; anything else comes back as it is.</param>
    /// <param name="seed">The training's.</param>
    /// <param name="row">The row's number.</param>
    /// <param name="epoch">From 0.</param>
    public static InstanceView Of(AugmentationSpec spec, Tokenizer tokenizer, InstanceView view, long seed, int row, int epoch)
    {
        if (!view.IsText || !view.Ids.Any(tokenizer.IsWord))
            return view;
        bool[] word = Array.ConvertAll(view.Ids, tokenizer.IsWord);
        int[] ids = view.Ids;
        if (spec.MaskSpans > 0)
            ids = Masked(spec, ids, word, tokenizer.Hidden ?? throw new KdException([Fault(spec, tokenizer)!]), seed, row, epoch);
        if (spec.DropWords == 0)
            return With(ids, view.Types);
        bool[] kept = Kept(spec, word, seed, row, epoch);
        return With(Where(ids, kept), view.Types is null ? null : Where(view.Types, kept));
    }

    private static InstanceView With(int[] ids, int[]? types) => types is null ? new InstanceView(ids) : new InstanceView(ids, types);

    private static int[] Where(int[] values, bool[] kept) => [.. values.Where((_, i) => kept[i])];

    private static bool[] Kept(AugmentationSpec spec, bool[] word, long seed, int row, int epoch)
    {
        double[] drawn = [.. word.Select((isWord, i) => isWord ? Unit(seed, row, epoch, i) : 1)];
        bool[] kept = Array.ConvertAll(drawn, d => d >= spec.DropWords);
        // Of no word the one that was nearest to staying.
        if (!kept.Where((k, i) => k && word[i]).Any())
            kept[Enumerable.Range(0, word.Length).Where(i => word[i]).MaxBy(i => drawn[i])] = true;
        return kept;
    }

    // Spans begin at words drawn from all, until so many words are masked as the share says; the last span may be shorter.
    private static int[] Masked(AugmentationSpec spec, int[] ids, bool[] word, int mask, long seed, int row, int epoch)
    {
        int[] words = [.. Enumerable.Range(0, ids.Length).Where(i => word[i])];
        double wanted = spec.MaskSpans * words.Length;
        // The part of a word by its probability, so that the share holds on average for short texts too.
        int left = (int)wanted + (Unit(seed, row, epoch, Draws / 2) < wanted - (int)wanted ? 1 : 0);
        int[] masked = [.. ids];
        bool[] done = new bool[words.Length];
        for (int draw = 0; left > 0; draw++)
        {
            int[] open = [.. Enumerable.Range(0, words.Length).Where(w => !done[w])];
            int start = open[(int)(Unit(seed, row, epoch, (Draws / 2) + 1 + draw) * open.Length)];
            for (int w = start; w < words.Length && w < start + spec.SpanLength && left > 0 && !done[w]; w++)
            {
                (done[w], masked[words[w]]) = (true, mask);
                left--;
            }
        }

        return masked;
    }

    private static double Unit(long seed, int row, int epoch, int draw) => CounterRandom.Unit(seed, RandomStream.Augment, ((long)epoch << 32) | (uint)row, draw);
}
