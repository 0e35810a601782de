using System.Globalization;
using MergeOps.Benchmarks;

return args switch
{
    ["floor", var inputs, var models, var output] => Floor.Run(int.Parse(inputs, CultureInfo.InvariantCulture), models, output),
    ["merge", var method, var models, var output] => MethodRun.Run(method, models, output),
    ["models", var layers, var models] => RandomModels.Write(models, int.Parse(layers, CultureInfo.InvariantCulture)),
    ["sweep", var method, var models, var output] => SweepRun.Run(method, models, output),
    ["device", var device, var layers, var folder] => DeviceTable.Print(device, int.Parse(layers, CultureInfo.InvariantCulture), folder),
    ["transfer", "pull", var repository] => await TransferRun.PullAsync(repository),
    ["transfer", "push", var repository, var folder] => await TransferRun.PushAsync(repository, folder),
    ["transfer", var hub, var client, var bytes, var folder] => new TransferTable(hub, client, folder).Print(long.Parse(bytes, CultureInfo.InvariantCulture)),
    ["forward", var device, var model, var text] => ForwardTable.Print(device, model, text),
    ["costs", .. var rest] => new CostTable(BenchmarkSettings.Parse(rest)).Print(),
    ["startup", var program, var recipe] => StartUpTable.Print(program, recipe),
    _ => SpeedTable.Print(BenchmarkSettings.Parse(args)),
};
