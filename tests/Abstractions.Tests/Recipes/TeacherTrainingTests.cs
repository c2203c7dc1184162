using KdCluster.Recipes;

namespace KdCluster.Tests.Recipes;

public class TeacherTrainingTests
{
    private const string Trained = """
        "teachers": [
          { "name": "wide", "train": { "model": { "kind": "text-cnn", "hidden": 32, "filters": [2, 3] }, "training": { "epochs": 7 }, "limit": 0 }, "precision": "auto" },
          { "name": "half", "train": { "model": { "kind": "bilstm", "layers": 2 }, "seed": 5, "transform": [{ "kind": "keep-rows", "share": 0.5 }] }, "keep": true },
          { "name": "served" }
        ],
        "training": { "epochs": 2, "learningRate": 0.02, "seeds": [3, 4], "checkpointEvery": 9 }
        """;

    private const string Limited = Sample.BuiltIn + """, "limit": 600, "transform": [{ "kind": "random-labels", "share": 0.1 }]""";

    [Fact]
    public void What_a_teacher_leaves_out_is_that_of_the_recipe()
    {
        Recipe recipe = Sample.Read(Trained, Limited);
        Recipe[] teachers = [.. recipe.Teachers.Where(t => t.Train is not null).Select(t => TeacherTraining.RecipeOf(recipe, t))];
        Assert.Equal(["wide", "half"], teachers.Select(t => t.Name));
        Assert.Equal(["text-cnn", "bilstm"], teachers.Select(t => t.Student.Kind));
        Assert.Equal([7, 2], teachers.Select(t => t.Training.Epochs));
        Assert.Equal([0.02, 0.02], teachers.Select(t => t.Training.LearningRate));
        Assert.Equal([9, 9], teachers.Select(t => t.Training.CheckpointEvery));
        Assert.Equal([1L, 5L], teachers.Select(t => Assert.Single(t.Training.Seeds)));
        Assert.Equal([null, 600], teachers.Select(t => t.Data.Limit));
        Assert.Equal(["random-labels", "keep-rows"], teachers.Select(t => Assert.Single(t.Data.Transform!).Kind));
        Assert.All(teachers, t => Assert.Empty(t.Teachers));
        Assert.Equal([null, true, null], recipe.Teachers.Select(t => t.Keep));
        Assert.Equal(["auto", null, null], recipe.Teachers.Select(t => t.Precision));
    }

    [Fact]
    public void The_effective_recipe_has_the_teachers_in_full_and_reads_back_equal()
    {
        Recipe recipe = Sample.Read(Trained, Limited);
        string written = RecipeWriter.Write(recipe);
        Assert.Equal(written, RecipeWriter.Write(RecipeReader.Read(written, "r.json")));
        Assert.Equal(RecipeHash.Of(recipe), RecipeHash.Of(RecipeReader.Check(recipe)));
        Recipe again = RecipeReader.Read(written, "r.json");
        foreach (TeacherRef teacher in recipe.Teachers.Where(t => t.Train is not null))
        {
            Assert.Equal(RecipeHash.Of(TeacherTraining.RecipeOf(recipe, teacher)), RecipeHash.Of(TeacherTraining.RecipeOf(again, again.Teachers.Single(t => t.Name == teacher.Name))));
        }
    }

    [Fact]
    public void An_empty_list_of_changes_is_none()
    {
        Recipe recipe = Sample.Read("""
            "teachers": [{ "name": "a", "train": { "model": { "kind": "text-cnn" }, "transform": [] } }]
            """, Limited);
        Assert.Null(TeacherTraining.RecipeOf(recipe, recipe.Teachers[0]).Data.Transform);
        Assert.Equal(RecipeWriter.Write(recipe), RecipeWriter.Write(RecipeReader.Read(RecipeWriter.Write(recipe), "r.json")));
    }

    [Fact]
    public void Another_student_leaves_the_teachers_as_they_are_and_other_training_does_not()
    {
        string Teacher(string rest, string student) => RecipeHash.Of(TeacherTraining.RecipeOf(Sample.Read(rest, student: student), Sample.Read(rest, student: student).Teachers[0]));
        Assert.Equal(Teacher(Trained, Sample.Bag), Teacher(Trained, "\"kind\": \"text-cnn\", \"hidden\": 9"));
        Assert.NotEqual(Teacher(Trained, Sample.Bag), Teacher(Trained.Replace("0.02", "0.03", StringComparison.Ordinal), Sample.Bag));
    }

    [Fact]
    public void A_precision_that_the_kind_is_not_computed_in_is_refused_before_it_is_trained()
    {
        IReadOnlyList<KdError> errors = Sample.Errors(Sample.Json("""
            "teachers": [
              { "name": "a", "train": { "model": { "kind": "bilstm" } }, "precision": "bf16" },
              { "name": "b", "train": { "model": { "kind": "bilstm" } }, "precision": "auto" },
              { "name": "c", "train": { "model": { "kind": "text-cnn" } }, "precision": "bf16" },
              { "name": "d", "train": { "model": { "kind": "lstm" } }, "precision": "bf16" },
              { "name": "e", "train": { "model": { "kind": "bilstm" } }, "precision": "f16" }
            ]
            """));
        Assert.Equal(["KD1007 r.json:6 (teachers[0].precision)", "KD1006 r.json:9 (teachers[3].train.model.kind)", "KD1006 r.json:10 (teachers[4].precision)"], errors.Select(e => $"{e.Code} {e.Where}"));
        Assert.Equal("a `bilstm` is not computed in `bf16`.", errors[0].What);
    }

    [Fact]
    public void Mistakes_are_told_at_their_place_all_at_once()
    {
        IReadOnlyList<KdError> errors = Sample.Errors(Sample.Json("""
            "teachers": [
              { "name": "a", "train": { "model": { "kind": "transformer", "embedding": 10, "heads": 3 } }, "endpoint": "http://x:1" },
              { "name": "b", "train": { "training": { "seeds": [1] } } },
              { "name": "c", "keep": true, "precision": "bf16" },
              { "name": "d", "train": { "model": { "kind": "text-cnn", "filters": [99] }, "limit": 8, "transform": [{ "kind": "keep-rows" }] } }
            ]
            """));
        Assert.Equal(
            [
                "KD1007 r.json:6 (teachers[0].endpoint)",
                "KD1007 r.json:6 (teachers[0].train.model.heads)",
                "KD1002 r.json:7 (teachers[1].train.training.seeds)",
                "KD1004 r.json:7 (teachers[1].train.model)",
                "KD1007 r.json:8 (teachers[2].keep)",
                "KD1007 r.json:8 (teachers[2].precision)",
                "KD1007 r.json:9 (teachers[3].train.transform[0])",
                "KD1007 r.json:9 (teachers[3].train.limit)",
                "KD1007 r.json:9 (teachers[3].train.model.filters)",
            ],
            errors.Select(e => $"{e.Code} {e.Where}"));
    }
}
