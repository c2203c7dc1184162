using KdCluster.Learning.Training;

namespace KdCluster.Tests.Training;

public class ScoringTests
{
    [Fact]
    public void Figures_of_a_case_worked_by_hand()
    {
        // Rows predict 0, 0, 1, 2 with probability 1/2 (the winner) or nearly 1; class 3 never occurs.
        float half = MathF.Log(3), sure = 50;   // log 3 against three zeros: 3/6
        float[] logits =
        [
            half, 0, 0, 0,
            half, 0, 0, 0,
            0, sure, 0, 0,
            0, 0, sure, 0,
        ];
        var found = Scoring.Of(logits, [0, 1, 1, 1], 4);
        Assert.Equal(4, found.Count);
        Assert.Equal(0.5, found.Accuracy, 12);
        // F1: class 0 2·1/(2+1), class 1 2·1/(1+3), class 2 0/(1+0).
        Assert.Equal(((2 / 3.0) + 0.5 + 0) / 3, found.MacroF1, 12);
        Assert.Equal((Math.Log(2) + Math.Log(6) + 0 + 50) / 4, found.CrossEntropy, 6);
        // Bin of 1/2: 1 of 2 right at confidence 1/2: no error. Bin of 1: 1 of 2 right at confidence 1.
        Assert.Equal(0.5 * 0 + (0.5 * 0.5), found.CalibrationError, 6);
    }

    [Fact]
    public void A_prediction_is_a_softmax_and_the_first_of_equals()
    {
        var found = Scoring.Predict([1000, 1000, 0]);
        Assert.Equal(0, found.Label);
        Assert.Equal([0.5f, 0.5f, 0], found.Probabilities);
    }
}
