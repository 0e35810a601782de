using System.Collections.Immutable;
using System.Text;
using MergeOps.Calibration.Coefficients;
using MergeOps.Diagnostics;
using MergeOps.Evaluation.Contract;
using MergeOps.Evaluation.Data;
using MergeOps.Evaluation.Figures;
using MergeOps.Evaluation.Scores;
using MergeOps.Merging;
using MergeOps.Pipeline.Scoring;
using MergeOps.Pipeline.Stages;
using MergeOps.Planning;
using MergeOps.Recipes;
using MergeOps.Runtime;
using MergeOps.Search;
using MergeOps.Search.Contract;
using MergeOps.Sources;
using MergeOps.Tensors;

namespace MergeOps.Pipeline.Verbs;

/// <summary>What a search came to.</summary>
/// <param name="Path">The file of the chosen numbers.</param>
/// <param name="Chosen">Its content.</param>
/// <param name="WasThere">Whether the file said so already.</param>
internal sealed record SearchOutcome(string Path, ChosenValues Chosen, bool WasThere);

/// <summary>Chooses the numbers that a recipe searches, and writes them beside it.</summary>
internal sealed class SearchRecipe(HostEnvironment environment, IStageObserver observer, DiagnosticBag found, CancellationToken cancellation)
{
    /// <summary>Searches; null when the recipe cannot be searched, and why is in the bag.</summary>
    /// <param name="recipePath">The recipe.</param>
    /// <param name="engine">How to merge.</param>
    /// <param name="scoring">Gives the commands of the settings, or null.</param>
    /// <exception cref="MergeOpsException">An environment failure, or a wrong input.</exception>
    public async Task<SearchOutcome?> RunAsync(string recipePath, MergeOptions engine, ExternalScoring? scoring)
    {
        var read = ReadRecipe.WithData(recipePath);
        found.AddAll(read.Found);

        if (read.Recipe is not { } recipe)
        {
            return null;
        }

        if (recipe.Search is not { } search)
        {
            found.Error(Codes.NothingToSearch, "It has no 'search:' block, so all of its numbers are given.", SourceSpan.File(recipePath));
            return null;
        }

        var objective = SearchObjective.Of(search, EvaluationCatalogue.Default);
        var problem = objective.ProblemOf(search);
        var fetch = new FetchData(environment, observer, found, cancellation);
        return await LockModels.RunAsync(environment, recipe, observer, found, cancellation) is { } locked
            && await fetch.CompleteAsync(recipe, locked, read.Data) is { } test
            && await fetch.ItemsOfSearchAsync(recipe, locked, test) is { } items
            && await LearningItemsAsync(fetch, recipe, locked, items, test) is { } learned
            && Plan(recipe, locked, problem, test) is var (plans, planned)
                ? await SearchAsync(new(recipe, search, objective, problem, locked, items, learned.Items), plans, planned, engine, scoring)
                : null;
    }

    // none where nothing is learned; null where something is wrong with them
    private async Task<Learned?> LearningItemsAsync(FetchData fetch, Recipe recipe, LockedRecipe locked, EvaluationData validation, EvaluationData test)
    {
        if (!LearningItems.AreNeeded(recipe.Search!))
        {
            return new([]);
        }

        var read = LearningItems.Read(recipe, await fetch.FilesAsync(recipe, LearningItems.FilesOf(recipe), locked), found);
        if (((Searcher)recipe.Search!.Searcher.Value).Learns is not CoefficientLoss.Entropy)
        {
            LearningItems.RequireAnswers(read, found);
        }

        LearningItems.CheckApart(read, validation, test, found);
        return found.HasErrors ? null : new(read);
    }

    // the middle of the space shows what is wrong with any point of it
    private (PointPlans Plans, PlannedRecipe Planned)? Plan(Recipe recipe, LockedRecipe locked, SearchProblem problem, EvaluationData test)
    {
        observer.Started(Stage.Plan);
        var stages = StagePlans.Of(environment, recipe, locked.Lock, found);
        ImmutableArray<ModelMetadata> models = found.HasErrors ? [] : ModelMetadataReader.Read(environment, recipe, locked.Lock, found, stages.Results);
        var plans = new PointPlans(recipe, models, stages);
        var middle = SearchSpace.MiddleOf(problem.Dimensions);
        if (found.HasErrors || plans.At(middle, found) is not { } plan || !LearnableModels.Check(recipe, plan, models, found))
        {
            observer.Finished(Stage.Plan, StageEnd.Failed, "not mergeable");
            return null;
        }

        Acceptance.AfterPlanning(recipe, found);
        observer.Finished(Stage.Plan, StageEnd.Done, $"{Quantity.Of(problem.Dimensions.Length, "number")}, at most {Quantity.Of(problem.Evaluations, "point")} by {recipe.Search!.Searcher.Value.Name}");
        return (plans, new PlannedRecipe(plans.RecipeAt(middle), locked, models, plan) { Stages = stages, Digests = locked.Digests, Data = test });
    }

    private async Task<SearchOutcome?> SearchAsync(Asked asked, PointPlans plans, PlannedRecipe planned, MergeOptions engine, ExternalScoring? scoring)
    {
        _ = LibTorchLocation.Find(environment);
        TorchRuntime.StartLoading(environment);
        var work = new RunFolder(environment, planned.Plan.Digest);
        using var held = await work.LockAsync(observer.Reported, cancellation);
        var verified = await new FetchModels(environment, planned.Plan, planned.Digests, observer, cancellation).ForMergeAsync();
        var context = new SearchContext(environment, plans, planned, engine with { Verified = verified, Digests = planned.Digests, OwnsOutput = true }, work, observer, cancellation);
        if (((Searcher)asked.Search.Searcher.Value).NeedsGeometry)
        {
            if (await new FindGeometry(environment, observer, found, cancellation).RunAsync(planned, context.Engine, ((Searcher)asked.Search.Searcher.Value).ScalesSum) is not { } geometry)
            {
                return null;
            }

            asked = asked with { Problem = asked.Problem with { Geometry = geometry } };
        }

        observer.Started(Stage.Search);
        var scores = ScoresOf(asked, context, scoring);
        if (scores is null)
        {
            observer.Finished(Stage.Search, StageEnd.Failed, "no command scores its points");
            return null;
        }

        using var sloped = ((Searcher)asked.Search.Searcher.Value).Learns is { } loss
            ? new SlopedPoints(scores, context, asked.Problem, loss, asked.Learned, ChosenFrom.SpaceOf(asked.Search), found)
            : null;
        scores = sloped ?? scores;
        var scored = await SearchLoop.RunAsync((Searcher)asked.Search.Searcher.Value, asked.Problem, scores);
        scores.Finish();
        if (!scored.Any(point => point.Score.Exists))
        {
            var whyNot = scored.Select(point => point.Score.WhyNot).OfType<string>().FirstOrDefault("no point was proposed");
            found.Error(Codes.NothingScored, $"{whyNot.TrimEnd('.')}.", asked.Search.Objective.Span);
            observer.Finished(Stage.Search, StageEnd.Failed, "no point has a score");
            return null;
        }

        var chosen = await DescribeAsync(asked, context, scored);
        var outcome = Write(asked.Recipe, chosen);
        observer.Finished(
            Stage.Search,
            outcome.WasThere ? StageEnd.AlreadyTrue : StageEnd.Done,
            $"{Quantity.Of(chosen.Curve.Points.Length, "point")}; {string.Join(", ", chosen.Curve.Parameters.Zip(chosen.Values, (name, value) => $"{name} {ScorePointsHere.Words([value])}"))} in {outcome.Path}");
        return outcome;
    }

    private IPointScores? ScoresOf(Asked asked, SearchContext context, ExternalScoring? scoring)
    {
        var objective = asked.Search.Objective;
        if (objective.Command is not { } command)
        {
            var items = ValidationItems.Drawn(asked.Items, objective.Sample, asked.Search.Seed);
            return new ScorePointsHere(context, items, asked.Objective.Figure!, asked.Problem.Evaluations, found);
        }

        if (scoring?.Commands.GetValueOrDefault(command.Value) is { } named)
        {
            if (new StartableCommands(context.Environment, scoring.Folder).Scoring(named) is { } missing)
            {
                found.Add(missing);
                return null;
            }

            return new ScorePointsOutside(context, named, scoring.Folder, SearchObjective.ExternalOf(objective.Metric.Value)!, asked.Problem.Evaluations);
        }

        found.Add(SearchCommand.Objection(asked.Recipe, scoring?.Commands)!);
        return null;
    }

    private async Task<ChosenValues> DescribeAsync(Asked asked, SearchContext context, IReadOnlyList<ScoredPoint> scored)
    {
        var (search, problem) = (asked.Search, asked.Problem);
        var best = ((Searcher)search.Searcher.Value).Choose(problem, scored);
        List<ScoredPoint> points = [.. scored.Index().Where(point => scored.Take(point.Index).All(earlier => !earlier.IsAt(point.Item.Values))).Select(point => point.Item)];
        var metric = asked.Objective.Figure!.Metric;
        var entries = ImmutableArray.CreateBuilder<ChosenEntry>();
        foreach (var searched in search.Parameters)
        {
            var first = entries.Sum(entry => entry.Values.Length);
            entries.Add(new(searched.Parameter.Value.Name, searched.Model?.Value.ToString(), searched.Filter?.Value, best.Values.Slice(first, searched.Layers)));
        }

        return new ChosenValues
        {
            Entries = entries.ToImmutable(),
            From = ChosenFrom.Of(asked.Recipe, asked.Locked.Lock, asked.Items, asked.Learned),
            Seed = search.Seed,
            Curve = new()
            {
                Objective = search.Objective.Metric.Value,
                LargerIsBetter = problem.LargerIsBetter,
                IsShare = metric.IsShare,
                Searcher = search.Searcher.Value.Name,
                Parameters = [.. problem.Dimensions.Select(dimension => dimension.Name)],
                Points = [.. points.Select(point => new CurvePoint(point.Values, Rounded(point.Score.Value, metric), point.Score.Interval is { } i ? new(Rounded(i.Lower, metric), Rounded(i.Upper, metric)) : null))],
                Chosen = points.FindIndex(point => point.IsAt(best.Values)),
            },
            Plans = [.. points.Select(point => context.Plans.TryAt(point.Values).Plan?.Digest ?? "none")],
            Test = await TestAsync(asked, context, best),
        };
    }

    // the only look at the test items, and nothing follows from it
    private async Task<TestScore?> TestAsync(Asked asked, SearchContext context, ScoredPoint best)
    {
        var figures = new RecipeFigures(asked.Recipe.Evaluate, EvaluationCatalogue.Default);
        if (asked.Search.Objective.Command is not null || !figures.TryFind(asked.Search.Objective.Metric.Value, out var figure) || !figure.Metric.IsScoredHere)
        {
            return null;
        }

        var point = (await new ScorePointsHere(context, context.Planned.Data, figure, 1, found).ScoreAsync([best.Values]))[0];
        return point.Score.Value is not { } score ? null : new(
            figure.ToString(), Rounded(score, figure.Metric), point.Score.Interval is { } i ? new(Rounded(i.Lower, figure.Metric), Rounded(i.Upper, figure.Metric)) : null);
    }

    private static SearchOutcome Write(Recipe recipe, ChosenValues chosen)
    {
        var path = BesideRecipe.Chosen(recipe.Address.ToString());
        var text = Encoding.UTF8.GetBytes(chosen.Write());
        var wasThere = File.Exists(path) && PlainFile.Objection(path) is null && PlainFile.Read(path).AsSpan().SequenceEqual(text);
        if (!wasThere)
        {
            DurableFile.WriteNamed(path, text);
        }

        return new(path, chosen, wasThere);
    }

    private static double? Rounded(double? value, Metric metric) => value is { } number ? Rounded(number, metric) : null;

    private static double Rounded(double value, Metric metric) => Math.Round(value, metric.Decimals) + 0.0;

    private sealed record Learned(ImmutableArray<TaskItems> Items);

    private sealed record Asked(
        Recipe Recipe, SearchSettings Search, SearchObjective Objective, SearchProblem Problem, LockedRecipe Locked, EvaluationData Items, ImmutableArray<TaskItems> Learned);
}
