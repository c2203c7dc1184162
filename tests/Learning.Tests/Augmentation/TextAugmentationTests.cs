using KdCluster.Instances;
using KdCluster.Learning.Augmentation;
using KdCluster.Learning.Text;
using KdCluster.Recipes;

namespace KdCluster.Tests.Augmentation;

public class TextAugmentationTests
{
    // [CLS] twenty words [SEP] twenty words [SEP]
    private static readonly int[] Pair = [2, .. Enumerable.Range(100, 20), 3, .. Enumerable.Range(200, 20), 3];

    private static readonly WordTokenizer s_tokenizer = WordTokenizer.Build([], 100, 64);

    [Fact]
    public void A_pair_keeps_the_token_types_of_the_words_that_stay()
    {
        int[] types = [.. Enumerable.Repeat(0, 22), .. Enumerable.Repeat(1, 21)];
        for (int row = 0; row < 100; row++)
        {
            InstanceView view = TextAugmentation.Of(new AugmentationSpec { DropWords = 0.5, MaskSpans = 0.2, SpanLength = 2 }, s_tokenizer, new InstanceView(Pair, types), 1, row, 0);
            Assert.Equal(view.Ids, TextAugmentation.Of(new AugmentationSpec { DropWords = 0.5, MaskSpans = 0.2, SpanLength = 2 }, s_tokenizer, new InstanceView(Pair), 1, row, 0).Ids);
            Assert.Equal(view.Ids.Length, view.Types!.Length);
            int second = Array.IndexOf(view.Ids, 3) + 1;
            Assert.Equal(second, Array.IndexOf(view.Types, 1));
            Assert.All(view.Ids.Zip(view.Types), t => Assert.True(t.First < 100 || t.First >= 200 == (t.Second == 1)));
        }
    }

    [Fact]
    public void Left_out_words_are_as_many_as_said_and_the_rest_keeps_its_order()
    {
        double kept = 0;
        for (int row = 0; row < 500; row++)
        {
            int[] ids = TextAugmentation.Of(new AugmentationSpec { DropWords = 0.3 }, s_tokenizer, new InstanceView(Pair), 1, row, 0).Ids;
            Assert.Equal([2, 3, 3], ids.Where(i => i < 4));
            Assert.Equal(ids.Where(i => i >= 4).Order(), ids.Where(i => i >= 4));
            Assert.All(ids, i => Assert.Contains(i, Pair));
            kept += ids.Count(i => i >= 4);
        }

        // 500 × 40 draws of 0.7: the mean's deviation is 0.0032.
        Assert.Equal(0.7, kept / (500 * 40), 0.015);
    }

    [Fact]
    public void Masked_words_are_as_many_as_said_in_spans()
    {
        int masked = 0, spans = 0;
        for (int row = 0; row < 500; row++)
        {
            int[] ids = TextAugmentation.Of(new AugmentationSpec { MaskSpans = 0.23, SpanLength = 4 }, s_tokenizer, new InstanceView(Pair), 1, row, 0).Ids;
            Assert.Equal(Pair.Length, ids.Length);
            Assert.All(ids.Index().Where(i => i.Item != 1), i => Assert.Equal(Pair[i.Index], i.Item));
            int here = ids.Count(i => i == 1);
            Assert.InRange(here, 9, 10);
            masked += here;
            spans += ids.Index().Count(i => i.Item == 1 && ids[i.Index - 1] != 1);
        }

        Assert.Equal(0.23, masked / (500.0 * 40), 0.003);
        // Nine or ten words in spans of at most four are three spans or more; single words would be eight.
        Assert.InRange(spans / 500.0, 2, 5);
    }

    [Fact]
    public void It_depends_on_seed_row_and_epoch_alone()
    {
        AugmentationSpec spec = new() { DropWords = 0.2, MaskSpans = 0.2 };
        int[] Of(long seed, int row, int epoch) => TextAugmentation.Of(spec, s_tokenizer, new InstanceView(Pair), seed, row, epoch).Ids;
        Assert.Equal(Of(1, 2, 3), Of(1, 2, 3));
        Assert.NotEqual(Of(1, 2, 3), Of(2, 2, 3));
        Assert.NotEqual(Of(1, 2, 3), Of(1, 3, 3));
        Assert.NotEqual(Of(1, 2, 3), Of(1, 2, 4));
    }

    [Fact]
    public void One_word_is_left_at_least_and_what_has_none_stays()
    {
        for (int row = 0; row < 50; row++)
            Assert.Single(TextAugmentation.Of(new AugmentationSpec { DropWords = 0.99 }, s_tokenizer, new InstanceView([2, 7, 8, 3]), 1, row, 0).Ids, i => i >= 4);
        InstanceView empty = new([2, 3]);
        Assert.Same(empty, TextAugmentation.Of(new AugmentationSpec { DropWords = 0.5 }, s_tokenizer, empty, 1, 0, 0));
    }
}
