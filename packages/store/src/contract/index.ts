import { characterRepositoryContract } from "./character-repository.contract.ts";
import { claimRepositoryContract } from "./claim-repository.contract.ts";
import { customerRepositoryContract } from "./customer-repository.contract.ts";
import { globalDataRepositoryContract } from "./global-data-repository.contract.ts";
import { meshRepositoryContract } from "./mesh-repository.contract.ts";
import type { OpenStore } from "./store-suite.test-kit.ts";
import { templateRepositoryContract } from "./template-repository.contract.ts";
import { userRepositoryContract } from "./user-repository.contract.ts";
import { worldServerRepositoryContract } from "./world-server-repository.contract.ts";
import { zoneInstanceRepositoryContract } from "./zone-instance-repository.contract.ts";
import { zoneRepositoryContract } from "./zone-repository.contract.ts";

/** Every port's contract on one kind of store. */
export function storeContract(name: string, openStore: OpenStore): void {
  customerRepositoryContract(name, openStore);
  userRepositoryContract(name, openStore);
  characterRepositoryContract(name, openStore);
  claimRepositoryContract(name, openStore);
  zoneRepositoryContract(name, openStore);
  worldServerRepositoryContract(name, openStore);
  zoneInstanceRepositoryContract(name, openStore);
  globalDataRepositoryContract(name, openStore);
  meshRepositoryContract(name, openStore);
  templateRepositoryContract(name, openStore);
}
