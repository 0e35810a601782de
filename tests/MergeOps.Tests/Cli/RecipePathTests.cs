using MergeOps.Tests.Planning;
using Xunit;

namespace MergeOps.Tests.Cli;

/// <summary>Paths of a recipe start at its folder, and nowhere else.</summary>
public sealed class RecipePathTests : IDisposable
{
    private readonly TemporaryModels models = new TemporaryModels().Llama("models/base", 1).Llama("models/one", 1);
    private readonly string before = Environment.CurrentDirectory;

    public RecipePathTests()
    {
        Directory.CreateDirectory(Path.Combine(models.Path, "recipes"));
        Environment.CurrentDirectory = models.Path;
    }

    public void Dispose()
    {
        Environment.CurrentDirectory = before;
        models.Dispose();
    }

    [Theory]
    [InlineData("validate")]
    [InlineData("plan")]
    [InlineData("lock")]
    public void A_model_that_only_the_current_folder_has_is_an_error_that_shows_the_right_spelling(string verb)
    {
        var recipe = Recipe("./models/base", "models/one");

        var run = CommandLineRun.Of(verb, recipe);

        Assert.Equal(1, run.ExitCode);
        Assert.Contains(
            "recipe.yml(2,13): error MOPS118: A local path does not exist. './models/base' is in the current folder, but paths are relative to the recipe's folder. Write '../models/base'.",
            run.Output + run.Error,
            StringComparison.Ordinal);
        Assert.Contains(
            "recipe.yml(4,12): error MOPS118: A local path does not exist. 'models/one' is in the current folder, but paths are relative to the recipe's folder. "
                + "Write '../models/one', or 'models/one@main' for the model on the Hub.",
            run.Output + run.Error,
            StringComparison.Ordinal);
    }

    [Fact]
    public void The_spelling_that_is_shown_is_right()
    {
        var recipe = Recipe("../models/base", "../models/one");

        Assert.Equal(0, CommandLineRun.Of("validate", recipe).ExitCode);
        Environment.CurrentDirectory = before;
        Assert.Equal(0, CommandLineRun.Of("plan", recipe).ExitCode);
    }

    [Fact]
    public void What_a_lock_pins_on_the_hub_is_not_looked_for_in_the_current_folder()
    {
        var recipe = Recipe("../models/base", "models/one");
        File.WriteAllText(Path.ChangeExtension(recipe, ".lock.yml"), "");

        Assert.Equal(0, CommandLineRun.Of("validate", recipe).ExitCode);
    }

    [Fact]
    public void Data_that_only_the_current_folder_has_shows_the_right_spelling_too()
    {
        models.Recipe("""{"prompt": "a", "answer": "b"}""", "letters.jsonl");
        var recipe = Recipe("../models/base", "../models/one", "\nevaluate:\n  tasks: [{ name: letters, data: letters.jsonl }]");

        var run = CommandLineRun.Of("validate", recipe);

        Assert.Contains("There is no file 'letters.jsonl' in the recipe's folder, which paths are relative to. Write '../letters.jsonl'.", run.Output, StringComparison.Ordinal);
    }

    private string Recipe(string baseModel, string model, string rest = "") => models.Recipe(
        $"merge_method: task_arithmetic\nbase_model: {baseModel}\nmodels:\n  - model: {model}\n    parameters: {{ weight: 0.5 }}{rest}", "recipes/recipe.yml");
}
