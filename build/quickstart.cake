// The first run, from a Cake build. build.cake starts it with the folder of the packed addin and the tool that it built:
// dotnet cake build/quickstart.cake --nuget_source=artifacts --tool=PATH
#addin nuget:?package=Cake.MergeOps&prerelease

var tool = MakeAbsolute(File(Argument<string>("tool")));
var recipe = MakeAbsolute(File(Argument("recipe", "../recipes/quickstart.yml")));
var to = Argument<string>("to", null);

Task("Validate")
    .Does(() => MergeOpsValidate(recipe, new MergeOpsValidateSettings { ToolPath = tool }));

Task("Plan")
    .IsDependentOn("Validate")
    .Does(() =>
    {
        var plan = MergeOpsPlan(recipe, new MergeOpsPlanSettings { ToolPath = tool });
        Information("plan {0}: {1} tensors from {2} models", plan.Digest, plan.Tensors.Count, plan.Models.Count);
    });

Task("Run")
    .IsDependentOn("Plan")
    .Does(() =>
    {
        var run = MergeOpsRun(recipe, new MergeOpsRunSettings { ToolPath = tool, To = to });
        Information("model {0} by plan {1}", run.Model.ModelDigest, run.Model.PlanDigest);
        Information("version {0} in {1}", run.Publication.Version, run.Publication.Place);
    });

RunTarget(Argument("target", "Run"));
