using KdCluster.Instances;
using KdCluster.Learning.Tasks.ImageClassification;
using KdCluster.Learning.Training;
using KdCluster.Recipes;
using KdCluster.Tests.Models;

namespace KdCluster.Tests.Images;

public sealed class AugmentationTests : TensorScope
{
    private const int Height = 5, Width = 7;

    private static readonly TensorLayout Layout = new("pixels", TensorType.UInt8, [2, Height, Width]);

    // Every pixel is another number above 0, so that each result shows where it was cut and whether it was mirrored.
    private static readonly InstanceView Image = new(new NamedTensor(Layout, Enumerable.Range(1, 2 * Height * Width).Select(i => (byte)i).ToArray()));

    [Fact]
    public void Every_image_is_a_cut_of_the_one_with_a_border_mirrored_or_not_and_all_of_them_occur_about_equally_often()
    {
        var augmentation = new ImageAugmentation(new AugmentSpec { Crop = 1, Flip = true, Seed = 4 });
        var seen = new Dictionary<(int Down, int Right, bool Mirrored), int>();
        for (int row = 0; row < 3600; row++)
        {
            byte[] found = augmentation.Apply(Image, row, 0).Tensors[0].Bytes.ToArray();
            var match = Assert.Single(Cuts(), c => c.Pixels.AsSpan().SequenceEqual(found));
            seen[match.Cut] = seen.GetValueOrDefault(match.Cut) + 1;
        }

        Assert.Equal(18, seen.Count);
        Assert.All(seen.Values, count => Assert.InRange(count, 140, 260));   // 200 ± 4.4 standard deviations
    }

    [Fact]
    public void It_depends_on_seed_epoch_and_row_alone_and_changes_nothing_that_it_was_given()
    {
        byte[] before = Image.Tensors[0].Bytes.ToArray();
        var one = new ImageAugmentation(new AugmentSpec { Crop = 2, Flip = true });
        Assert.Equal(Images(one, 3), Images(new ImageAugmentation(new AugmentSpec { Crop = 2, Flip = true }), 3));
        Assert.NotEqual(Images(one, 3), Images(one, 4));
        Assert.NotEqual(Images(one, 3), Images(new ImageAugmentation(new AugmentSpec { Crop = 2, Flip = true, Seed = 1 }), 3));
        Assert.NotEqual(one.Description, new ImageAugmentation(new AugmentSpec { Crop = 2, Flip = true, Seed = 1 }).Description);
        Assert.Equal(before, Image.Tensors[0].Bytes.ToArray());

        static byte[] Images(ImageAugmentation augmentation, int epoch) => [.. Enumerable.Range(0, 20).SelectMany(row => augmentation.Apply(Image, row, epoch).Tensors[0].Bytes.ToArray())];
    }

    [Fact]
    public void A_student_learns_from_changed_images_and_resumes_to_the_same_bytes()
    {
        using var task = new ImageCase(200);
        TrainingJob Job(string name) => task.Job(name, "cnn") with { Augmentation = new ImageAugmentation(new AugmentSpec { Crop = 1 }), ProgressEvery = TimeSpan.Zero };
        TrainingResult whole = StudentTrainer.Train(Job("whole")), plain = StudentTrainer.Train(task.Job("plain", "cnn"));
        TrainingJob job = Job("broken");
        using var stop = new CancellationTokenSource();
        Assert.Throws<OperationCanceledException>(() => StudentTrainer.Train(job, new StopAt(15, stop), stop.Token));
        StudentTrainer.Train(job);
        byte[] bytes = File.ReadAllBytes(Path.Combine(task.Folder, "whole", "last", "state.safetensors"));
        Assert.Equal(bytes, File.ReadAllBytes(Path.Combine(job.Folder, "last", "state.safetensors")));
        Assert.NotEqual(bytes, File.ReadAllBytes(Path.Combine(task.Folder, "plain", "last", "state.safetensors")));
        Assert.NotEqual(whole.Best, plain.Best);
        Assert.Equal("KD1225", Assert.Throws<KdException>(() => StudentTrainer.Train(task.Job("whole", "cnn"))).Code);
    }

    private static IEnumerable<((int Down, int Right, bool Mirrored) Cut, byte[] Pixels)> Cuts()
    {
        byte[] from = Image.Tensors[0].Bytes.ToArray();
        for (int down = -1; down <= 1; down++)
        {
            for (int right = -1; right <= 1; right++)
            {
                foreach (bool mirrored in (bool[])[false, true])
                {
                    byte[] pixels = new byte[from.Length];
                    for (int i = 0; i < pixels.Length; i++)
                    {
                        int x = i % Width, y = i / Width % Height, c = i / (Width * Height);
                        int fromX = (mirrored ? Width - 1 - x : x) + right, fromY = y + down;
                        pixels[i] = fromX is < 0 or >= Width || fromY is < 0 or >= Height ? (byte)0 : from[(((c * Height) + fromY) * Width) + fromX];
                    }

                    yield return ((down, right, mirrored), pixels);
                }
            }
        }
    }

    private sealed class StopAt(int step, CancellationTokenSource stop) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value)
        {
            if (value.Step >= step)
                stop.Cancel();
        }
    }
}
