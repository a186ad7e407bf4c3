"""A checkpoint such as HAT's training saves: IN.safetensors OUT.pt. Its tensors stand
beside an object of a class of fairseq's, as there."""
import argparse, sys, types, torch
from safetensors.torch import load_file
meters = types.ModuleType("fairseq.meters")
exec("class AverageMeter:\n\tdef __init__(self): self.sum = 1.0", meters.__dict__)
sys.modules["fairseq"], sys.modules["fairseq.meters"] = types.ModuleType("fairseq"), meters
torch.save({"args": argparse.Namespace(arch="transformersuper_wmt_en_de"),
	"model": load_file(sys.argv[1]), "optimizer_history": [{"num_updates": 3}],
	"extra_state": {"train_meters": {"train_loss": meters.AverageMeter()}}}, sys.argv[2])
