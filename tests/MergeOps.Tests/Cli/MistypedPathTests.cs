using MergeOps.Tests.HuggingFace;
using Xunit;

namespace MergeOps.Tests.Cli;

public sealed class MistypedPathTests : IAsyncLifetime
{
    private HubUser user = null!;

    public async ValueTask InitializeAsync()
    {
        user = await HubUser.StartAsync();
        Directory.CreateDirectory(user["models/base"]);
    }

    public ValueTask DisposeAsync() => user.DisposeAsync();

    [Theory]
    [InlineData("models/bse", "There is no folder 'models/bse' here. Did you mean 'models/base'? Looking for it at ")]
    [InlineData("model/base", "There is no folder 'model/base' here. Did you mean 'models/base'? Looking for it at ")]
    [InlineData("models/quite-another", "There is a folder 'models' here, but no 'models/quite-another'. Looking for it at ")]
    public async Task A_folder_that_is_not_there_is_said_before_it_is_taken_for_a_model_on_the_hub(string model, string line)
    {
        var run = await user.RunAsync("lock", user.Recipe($"merge_method: passthrough\nmodels:\n  - model: {model}\n"));

        Assert.Equal(1, run.ExitCode);
        Assert.StartsWith(line, run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task So_it_is_when_a_published_folder_is_verified()
    {
        var here = Environment.CurrentDirectory;
        Environment.CurrentDirectory = user["."];
        try
        {
            var run = await user.RunAsync("verify", "models/bse");

            Assert.Equal(1, run.ExitCode);
            Assert.Contains("There is no folder 'models/bse' here. Did you mean 'models/base'?", run.Error, StringComparison.Ordinal);
        }
        finally
        {
            Environment.CurrentDirectory = here;
        }
    }

    [Fact]
    public async Task A_name_that_looks_like_no_folder_is_asked_for_without_a_word()
    {
        user.Llama("org/one");

        var run = await user.RunAsync("lock", user.Recipe("merge_method: passthrough\nmodels:\n  - model: org/one\n"));

        Assert.Equal(0, run.ExitCode);
        Assert.DoesNotContain("There is no", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Paths_that_lead_nowhere_come_with_the_nearest_one()
    {
        var recipe = user.Recipe("merge_method: passthrough\nmodels:\n  - model: ./models/bas\n");

        Assert.Contains("Did you mean './models/base'?", (await user.RunAsync("lock", recipe)).Error, StringComparison.Ordinal);
        Assert.Contains($"Did you mean '{recipe}'?", (await user.RunAsync("validate", user["recipes.yml"])).Output, StringComparison.Ordinal);
        Assert.Contains($"Did you mean '{user["models/base"]}'?", (await user.RunAsync("inspect", user["models/bsae"])).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Each_repetition_says_which_of_how_many_it_is()
    {
        user.Llama("org/one");
        user.Hub.Faults.Add(MergeOps.TestHub.Faults.Misbehave.Status(503), times: 1);

        var run = await user.RunAsync("lock", user.Recipe("merge_method: passthrough\nmodels:\n  - model: org/one\n"));

        Assert.Equal(0, run.ExitCode);
        Assert.Contains("trying again in 1 s (1 of 5)", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_token_is_refused_to_a_hub_without_encryption_before_anything_is_asked()
    {
        user.Set("HF_TOKEN", "hf_secretsecretsecretsecret");
        user.Set("HF_ENDPOINT", "http://192.0.2.1");

        var run = await user.RunAsync("lock", user.Recipe("merge_method: passthrough\nmodels:\n  - model: org/one\n"));

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("anybody on the network could read the token", run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("secretsecret", run.Error, StringComparison.Ordinal);
    }
}
