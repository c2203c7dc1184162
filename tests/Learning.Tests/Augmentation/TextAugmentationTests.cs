using KdCluster.Instances;
using KdCluster.Learning.Augmentation;
using KdCluster.Recipes;

namespace KdCluster.Tests.Augmentation;

public class TextAugmentationTests
{
    // [CLS] twenty words [SEP] twenty words [SEP]
    private static readonly int[] Pair = [2, .. Enumerable.Range(100, 20), 3, .. Enumerable.Range(200, 20), 3];

    [Fact]
    public void Left_out_words_are_as_many_as_said_and_the_rest_keeps_its_order()
    {
        double kept = 0;
        for (int row = 0; row < 500; row++)
        {
            int[] ids = TextAugmentation.Of(new AugmentationSpec { DropWords = 0.3 }, new InstanceView(Pair), 1, row, 0).Ids;
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
            int[] ids = TextAugmentation.Of(new AugmentationSpec { MaskSpans = 0.23, SpanLength = 4 }, new InstanceView(Pair), 1, row, 0).Ids;
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
        int[] Of(long seed, int row, int epoch) => TextAugmentation.Of(spec, new InstanceView(Pair), seed, row, epoch).Ids;
        Assert.Equal(Of(1, 2, 3), Of(1, 2, 3));
        Assert.NotEqual(Of(1, 2, 3), Of(2, 2, 3));
        Assert.NotEqual(Of(1, 2, 3), Of(1, 3, 3));
        Assert.NotEqual(Of(1, 2, 3), Of(1, 2, 4));
    }

    [Fact]
    public void One_word_is_left_at_least_and_what_has_none_stays()
    {
        for (int row = 0; row < 50; row++)
            Assert.Single(TextAugmentation.Of(new AugmentationSpec { DropWords = 0.99 }, new InstanceView([2, 7, 8, 3]), 1, row, 0).Ids, i => i >= 4);
        InstanceView empty = new([2, 3]);
        Assert.Same(empty, TextAugmentation.Of(new AugmentationSpec { DropWords = 0.5 }, empty, 1, 0, 0));
    }
}
