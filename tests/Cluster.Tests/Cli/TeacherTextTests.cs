using KdCluster.Cli.Models;

namespace KdCluster.Tests.Cli;

public class TeacherTextTests
{
    [Theory]
    [InlineData("2 classes", "a", "b")]
    [InlineData("one score", "score")]
    [InlineData("scores of tokens", "token-logits")]
    public void What_a_teacher_answers_is_told_by_its_labels(string told, params string[] labels) => Assert.Equal(told, TeacherText.AnswerOf(labels));
}
