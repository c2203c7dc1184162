using KdCluster.Learning.Torch;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace KdCluster.Learning.Models;

/// <summary>
/// Convolutions that are right for any number of channels. libtorch 2.10 leaves them to oneDNN 3.7.1, which works on channels in blocks of 16 and, from AVX2 on, does not clear
/// what a last block lacks: what other tensors left in memory then goes into answers and gradients, as other numbers or as NaN. Channels of zeros fill the last blocks here.
/// </summary>
internal static class Convolution
{
    private const int Block = 16;

    /// <summary>Applies a convolution over positions.</summary>
    /// <param name="filters">Its weight [filters, channels, width], bias [filters] and padding.</param>
    /// <param name="states">[batch, channels, length].</param>
    /// <returns>[batch, filters, length + 2·padding − width + 1].</returns>
    public static Tensor Apply(Conv1d filters, Tensor states)
    {
        Tensor weight = filters.weight!, bias = filters.bias!;
        long count = weight.shape[0], moreFilters = Missing(count), moreChannels = Missing(weight.shape[1]);
        // Answers are in the precision of what comes in, whatever they are computed in.
        ScalarType given = states.dtype;
        states = states.As(weight);
        if (moreFilters == 0 && moreChannels == 0)
            return filters.call(states).As(given);
        // Pairs from the last dimension on: width, channels, filters.
        Tensor full = pad(weight, [0, 0, 0, moreChannels, 0, moreFilters]);
        Tensor answers = conv1d(pad(states, [0, 0, 0, moreChannels]), full, pad(bias, [0, moreFilters]), padding: filters.padding![0]);
        return answers.narrow(1, 0, count).As(given);
    }

    /// <summary>Applies a convolution without bias over pixels.</summary>
    /// <param name="filters">Its weight [filters, channels, height, width], stride and padding.</param>
    /// <param name="images">[batch, channels, height, width].</param>
    /// <returns>[batch, filters, …].</returns>
    public static Tensor Apply(Conv2d filters, Tensor images)
    {
        Tensor weight = filters.weight!;
        long count = weight.shape[0], moreFilters = Missing(count), moreChannels = Missing(weight.shape[1]);
        ScalarType given = images.dtype;
        images = images.As(weight);
        if (moreFilters == 0 && moreChannels == 0)
            return filters.call(images).As(given);
        // Pairs from the last dimension on: width, height, channels, filters.
        Tensor full = pad(weight, [0, 0, 0, 0, 0, moreChannels, 0, moreFilters]);
        Tensor answers = conv2d(pad(images, [0, 0, 0, 0, 0, moreChannels]), full, strides: filters.stride, padding: filters.padding);
        return (moreFilters == 0 ? answers : answers.narrow(1, 0, count)).As(given);
    }

    /// <summary>A convolution over pixels, differentiable once.</summary>
    /// <param name="filters">[filters, channels, height, width].</param>
    /// <param name="images">[batch, channels, height, width].</param>
    /// <param name="padding">Pixels of 0 on each side.</param>
    public static Tensor Once(Tensor filters, Tensor images, long padding)
    {
        long count = filters.shape[0], moreFilters = Missing(count), moreChannels = Missing(filters.shape[1]);
        // Pairs from the last dimension on: width, height, channels, filters.
        Tensor answers = conv2d(pad(images, [0, 0, 0, 0, 0, moreChannels]), pad(filters, [0, 0, 0, 0, 0, moreChannels, 0, moreFilters]), padding: [padding, padding]);
        return answers.narrow(1, 0, count);
    }

    /// <summary>
    /// The same as products of patches, differentiable twice: what libtorch does for the second derivative of a convolution is convolutions whose channels are the instances of the batch, of any number.
    /// </summary>
    /// <param name="filters">[filters, channels, height, width].</param>
    /// <param name="bias">[filters], or null.</param>
    /// <param name="images">[batch, channels, height, width].</param>
    /// <param name="padding">Of 0 on each side along the filter's larger dimensions: none where it is 1 pixel high.</param>
    public static Tensor Twice(Tensor filters, Tensor? bias, Tensor images, long padding)
    {
        (long height, long width) = (filters.shape[2], filters.shape[3]);
        long above = height == 1 ? 0 : padding;
        Tensor patches = unfold(images, (height, width), (1, 1), (above, padding), (1, 1));   // [batch, channels × height × width, places]
        Tensor answers = matmul(filters.flatten(1), patches);
        long rows = images.shape[2] + (2 * above) - height + 1;
        answers = answers.view(images.shape[0], filters.shape[0], rows, -1);
        return bias is null ? answers : answers.Plus(bias.view(1, -1, 1, 1));
    }

    private static long Missing(long channels) => (Block - (channels % Block)) % Block;
}
